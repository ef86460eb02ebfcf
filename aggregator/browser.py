"""Pages that only scripts fill in, as a browser shows them: Playwright (the extra `browser`) drives a Chromium of the system.

A browser asks for much on its own. So it gets the page that was fetched through our guards instead of asking for it again, and reaches the
rest through a proxy of ours, which judges every address at the moment of connecting and counts the bytes. Pictures, media and fonts are not
asked for; frames and other pages are not opened.
"""

import asyncio
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from .config import Config
from .errors import BrowserError
from .models import Page
from .networks import AddressGuard
from .proxy import GuardedProxy

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Route

NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""Programs that are looked for."""

_QUIET: Final = 8.0  # seconds in which the page has to stop asking for things
_REQUESTS: Final = 200  # of one page
_UNNEEDED: Final = frozenset({"image", "media", "font", "websocket", "eventsource", "manifest", "ping"})
_ARGUMENTS: Final = (
    "--proxy-bypass-list=<-loopback>",  # not even the machine itself is reached past the proxy
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--disable-gpu",
)


class Browser:
    """Shows pages one at a time; the program starts with the first one."""

    def __init__(self, config: Config) -> None:
        """Take the settings; nothing is started yet."""
        self._config = config
        self._turn = asyncio.Lock()
        self._proxy = GuardedProxy(AddressGuard(config.allow_net), most=3 * config.max_page)
        self._playwright: Any = None
        self._chromium: Chromium | None = None

    async def render(self, page: Page) -> Page:
        """The page with `rendered`: its HTML after its scripts ran. Raises BrowserError."""
        async with self._turn:
            try:
                async with asyncio.timeout(self._config.timeout):
                    html = await self._show(page)
            except TimeoutError:
                raise BrowserError(
                    f"the browser needed more than {self._config.timeout:g} s", subject=page.url
                ) from None
            except _playwright_error() as error:
                raise BrowserError(f"the browser failed: {_first_line(error)}", subject=page.url) from None
        return replace(page, rendered=html.encode("utf-8", "replace")[: self._config.max_page])

    async def close(self) -> None:
        """End the browser."""
        chromium, playwright, self._chromium, self._playwright = self._chromium, self._playwright, None, None
        with suppress(Exception):
            if chromium:
                await chromium.close()
        with suppress(Exception):
            if playwright:
                await playwright.stop()
        await self._proxy.close()

    async def _show(self, page: Page) -> str:
        chromium = await self._start()
        self._proxy.begin()
        context = await chromium.new_context(
            user_agent=self._config.user_agent, service_workers="block", accept_downloads=False
        )
        try:
            tab = await context.new_page()
            visit = _Visit(page)
            await context.route("**/*", visit.answer)
            await tab.goto(page.final_url, wait_until="commit")
            with suppress(_playwright_error()):  # a page that never stops is taken as it is then
                await tab.wait_for_load_state("networkidle", timeout=_QUIET * 1000)
            return await tab.content()
        finally:
            with suppress(_playwright_error()):
                await context.close()

    async def _start(self) -> "Chromium":
        if self._chromium is None or not self._chromium.is_connected():
            program = find_chromium(self._config.browser)
            if self._playwright is None:
                self._playwright = await _start_playwright()
            await self._proxy.start()
            self._chromium = await self._playwright.chromium.launch(
                executable_path=program,
                args=list(_ARGUMENTS),
                chromium_sandbox=os.geteuid() != 0,  # Chromium has no sandbox for root
                proxy={"server": self._proxy.address, "username": "aggregator", "password": self._proxy.secret},
            )
        assert self._chromium is not None  # noqa: S101 (it was just started)
        return self._chromium


class _Visit:
    """Answers what one page asks for."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._opened = False
        self._count = 0

    async def answer(self, route: "Route") -> None:
        """The page itself from what was fetched; scripts and their data from the web; nothing else."""
        request = route.request
        self._count += 1
        if request.is_navigation_request():
            if self._opened or request.frame.parent_frame is not None:
                await route.abort(
                    "aborted"
                )  # leaves the page as it is; other errors would put an error page in its place
                return
            self._opened = True
            kind = self._page.header("content-type") or "text/html"
            await route.fulfill(status=200, body=self._page.body, headers={"content-type": kind})
        elif request.resource_type in _UNNEEDED or self._count > _REQUESTS:
            await route.abort()
        else:
            await route.continue_()


def find_chromium(setting: str) -> str:
    """The path of the program: as set, else the first that is found. Raises BrowserError."""
    if setting == "off":
        raise BrowserError("the browser is switched off", hint="by the setting 'browser'")
    found = next((path for name in ((setting,) if setting else NAMES) if (path := shutil.which(name))), None)
    if found is None:
        what = f"there is no program '{setting}'" if setting else "there is no Chromium"
        raise BrowserError(
            what, hint="install one (Debian: apt install chromium), or name it with the setting 'browser'"
        )
    return found


async def _start_playwright() -> Any:
    try:
        from playwright.async_api import async_playwright
    except ImportError:
        raise BrowserError("playwright is not installed", hint="pip install 'news-aggregator[browser]'") from None
    return await async_playwright().start()


def _playwright_error() -> type[Exception]:
    """Playwright's own error; what is never raised where it is not installed."""
    try:
        from playwright.async_api import Error
    except ImportError:
        return BrowserError
    return Error


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0][:200]
