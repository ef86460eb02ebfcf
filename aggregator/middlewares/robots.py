"""robots.txt as RFC 9309 has it.

Scrapy's own middleware looks at no status, takes a failed download for permission, and since 2.14 lets requests through that wait for an
answer that is still on its way. Here every request of a host waits for the one answer, and the status decides:
2xx: its rules; 4xx: no rules (2.3.1.3); 5xx, 429 or no answer: nothing is allowed (2.3.1.4).
"""

import asyncio
import weakref
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.exceptions import StopDownload
from scrapy.http.request import NO_CALLBACK

from aggregator.models import Reason

from .refusals import Refused, reason_of

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

READ_LIMIT = 500 * 1024  # RFC 9309 section 2.5: at least 500 kibibytes must be read
REDIRECTS = 5  # RFC 9309 section 2.3.1.2
LONGEST_DELAY = 60.0  # a longer Crawl-delay would hold the run up
_PASS_ON = frozenset(
    {Reason.DNS, Reason.PRIVATE_ADDRESS, Reason.BAD_URL, Reason.BAD_SCHEME, Reason.RETRY_LATER, Reason.INTERRUPTED}
)


_KEYS = frozenset(
    (
        "user-agent",
        "useragent",
        "allow",
        "disallow",
        "dissallow",
        "dissalow",
        "disalow",
        "diasllow",
        "disallaw",
        "crawl-delay",
        "request-rate",
        "visit-time",
        "host",
        "sitemap",
        "sitemaps",
        "site-map",
    )
)
"""Keys that Protego knows, with their usual misspellings."""


class Rules:
    """What one host's robots.txt says."""

    def __init__(self, text: str) -> None:
        self._parsed = Protego.parse("\n".join(map(_standard_line, text.splitlines())))

    def allows(self, url: str, agent: str) -> bool:
        """Whether the agent may ask for the address."""
        return bool(self._parsed.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Crawl-delay in seconds, at most LONGEST_DELAY; 0 when there is none."""
        return min(float(self._parsed.crawl_delay(agent) or 0), LONGEST_DELAY)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps it names."""
        return tuple(self._parsed.sitemaps)


def _standard_line(line: str) -> str:
    """A line as RFC 9309 reads it, where Protego does not: other records do not interfere (2.2.4), and of a user agent only the
    product token counts (2.2.1), so that a rule for `news-aggregator 2.0` is one for us."""
    name, colon, value = line.partition("#")[0].partition(":")
    key = name.strip().lower().replace(" ", "-")
    if not colon:
        return line
    if key not in _KEYS:
        return line if key.partition("-")[0] in _KEYS else ""  # `Sitemap https://...`: the colon is the address's
    token = value.strip().split("/", 1)[0].split(maxsplit=1) if key in ("user-agent", "useragent") else None
    return f"user-agent: {token[0]}" if token else line


def read_robots(status: int, body: bytes) -> Rules:
    """Rules of an answer. Raises Refused when the status means that nothing is allowed."""
    if status == 429 or status >= 500:
        raise Refused(Reason.ROBOTS_UNREACHABLE, f"status {status}")
    if not 200 <= status < 300:
        return Rules("")
    return Rules(body[:READ_LIMIT].decode("utf-8-sig", errors="replace").replace("\0", ""))


class RobotsMiddleware:
    """Asks each host once, and makes every request of the host wait for the answer."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler
        self._agent = str(crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"])
        self._asked: dict[str, asyncio.Future[Rules]] = {}
        self._received: weakref.WeakKeyDictionary[Request, int] = weakref.WeakKeyDictionary()
        crawler.signals.connect(self._count, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "RobotsMiddleware":
        """Scrapy's constructor."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let the request pass, or raise Refused."""
        if request.meta.get("robots") is False:
            return
        rules = await self._rules(request.url)
        if not rules.allows(request.url, self._agent):
            raise Refused(Reason.ROBOTS)
        if delay := rules.delay(self._agent):
            host = urlsplit(request.url).hostname or ""
            self._crawler.spider.job.pace.slow_down(host, delay)  # type: ignore[union-attr]

    async def _rules(self, url: str) -> Rules:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._asked:
            self._asked[origin] = asyncio.ensure_future(self._ask(origin))
        return await asyncio.shield(self._asked[origin])

    async def _ask(self, origin: str) -> Rules:
        request = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            priority=1000,
            dont_filter=True,
            meta={"robots": False, "redirect_ttl": REDIRECTS, "cut_after": READ_LIMIT},
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 (whatever a download raises: no answer means that nothing is allowed)
            return _without_answer(error)
        return read_robots(response.status, response.body)

    def _count(self, data: bytes, request: Request, spider: "Spider") -> None:  # noqa: ARG002 (Scrapy's signal)
        """Stop reading a robots.txt that goes on past the limit, and keep what came."""
        limit = request.meta.get("cut_after")
        if limit is None:
            return
        self._received[request] = self._received.get(request, 0) + len(data)
        if self._received[request] > limit:
            raise StopDownload(fail=False)


def _without_answer(error: Exception) -> Rules:
    """A redirect that never ends counts as no robots.txt; anything else forbids all."""
    reason, detail = reason_of(error)
    if reason is Reason.REDIRECT_LOOP:
        return Rules("")
    if reason in _PASS_ON:
        raise Refused(reason, detail) from error
    raise Refused(Reason.ROBOTS_UNREACHABLE, detail or str(reason)) from error
