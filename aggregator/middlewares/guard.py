"""No private address is ever reached: each address is judged at the moment of connecting.

A check of the URL before the request would miss redirects, odd spellings, and names that resolve differently the second time. Scrapy's HTTP
handler connects through Twisted's reactor; ours hands it a reactor whose `connectTCP` looks at the resolved address first.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers import http11
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Request, Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.interfaces import IReactorPluggableNameResolver, IReactorTCP, IReactorTime
from zope.interface import implementer

from aggregator.models import Reason
from aggregator.networks import AddressGuard

from .refusals import Refused, RetryLater

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@implementer(IReactorTCP, IReactorTime, IReactorPluggableNameResolver)
class GuardedReactor:
    """The reactor, but for connections that the guard refuses."""

    def __init__(self, reactor: Any, guard: AddressGuard) -> None:
        self._reactor = reactor
        self._guard = guard

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 (Twisted's name)
        """Connect, or raise Refused."""
        if not self._guard.permits(host):
            raise Refused(Reason.PRIVATE_ADDRESS, host)
        return self._reactor.connectTCP(host, port, *args, **kwargs)


class _GuardedAgent(http11._ScrapyAgent):  # noqa: SLF001 (Scrapy has no public way to choose the agent's reactor)
    def __init__(self, *, guard: AddressGuard, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._guard = guard

    def _get_agent(self, request: Request, timeout: float) -> Any:  # noqa: ARG002
        from twisted.internet import reactor

        return http11._BindAddressAgent(  # noqa: SLF001
            reactor=GuardedReactor(reactor, self._guard),  # type: ignore[arg-type]
            contextFactory=self._contextFactory,
            connectTimeout=timeout,
            pool=self._pool,
        )


class GuardedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP/1.1 handler behind the guard. Proxies are not used: what they connect to could not be judged."""

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self._guard = AddressGuard(crawler.settings.getlist("ALLOW_NET"))

    async def download_request(self, request: Request) -> Response:
        """One download, when it is the host's turn; raises Refused for a private address."""
        await self._turn(urlsplit(request.url).hostname or "")
        agent = _GuardedAgent(
            guard=self._guard,
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=0,
            fail_on_dataloss=True,
            crawler=self._crawler,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except DownloadCancelledError as error:
            raise Refused(Reason.TOO_LARGE, "more bytes than allowed") from error

    async def _turn(self, host: str) -> None:
        """Wait for the host; raises RetryLater when it is closed, and Refused when the run ends before."""
        pace = self._crawler.spider.job.pace  # type: ignore[union-attr]
        turn = await pace.turn(host)
        if closed := pace.closed_for(host):
            raise RetryLater(closed)
        if not turn:
            raise Refused(Reason.INTERRUPTED)
