"""Why a request gave nothing: every exception of a download as a Reason with a detail in words."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionDone, ConnectionLost

from aggregator.models import Outcome, Reason


class Refused(IgnoreRequest):
    """A request that is not sent, or an answer that is not taken, with its reason."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class RetryLater(Refused):
    """The server asked to come back later than this run can wait; `seconds` says when."""

    def __init__(self, seconds: float) -> None:
        super().__init__(Reason.RETRY_LATER, f"in {seconds:.0f} s")
        self.seconds = seconds


_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (CannotResolveHostError, Reason.DNS),
    (DownloadTimeoutError, Reason.TIMEOUT),
    (DownloadCancelledError, Reason.TOO_LARGE),  # Scrapy cancels a download only for its size
    (ResponseDataLossError, Reason.TRUNCATED),
    (DownloadConnectionRefusedError, Reason.CONNECTION),
    (UnsupportedURLSchemeError, Reason.BAD_SCHEME),
    (ConnectError, Reason.CONNECTION),
    (ConnectionLost, Reason.CONNECTION),
    (ConnectionDone, Reason.CONNECTION),
    (UnicodeError, Reason.BAD_URL),
    (ValueError, Reason.BAD_URL),
    (OSError, Reason.CONNECTION),
)

# never asked for, as against asked for without a usable answer
_SKIPPED = frozenset(
    {
        Reason.ROBOTS,
        Reason.ROBOTS_UNREACHABLE,
        Reason.PRIVATE_ADDRESS,
        Reason.BAD_SCHEME,
        Reason.BAD_URL,
        Reason.OFF_SITE,
        Reason.LIMIT,
        Reason.DEPTH,
        Reason.RETRY_LATER,
        Reason.NOT_DUE,
        Reason.TOMBSTONE,
        Reason.INTERRUPTED,
    }
)


def reason_of(error: BaseException) -> tuple[Reason, str]:
    """The reason behind a failed download, and its detail: one line, at most 200 characters."""
    if isinstance(error, Refused):
        return error.reason, error.detail
    if isinstance(error, DownloadFailedError):
        return _failed(error)
    if isinstance(error, IgnoreRequest) and "redirect" in str(error):
        return Reason.REDIRECT_LOOP, ""
    found = next((reason for kind, reason in _REASONS if isinstance(error, kind)), Reason.BAD_RESPONSE)
    return found, _line(error)


def outcome_of(reason: Reason) -> Outcome:
    """Whether an address with this reason counts as skipped or as an error."""
    return "skipped" if reason in _SKIPPED else "error"


def _failed(error: DownloadFailedError) -> tuple[Reason, str]:
    """Twisted wraps what went wrong inside an answer; a broken connection and a broken protocol are told apart."""
    text = _line(error)
    lost = any(name in text for name in ("ConnectionLost", "ConnectionDone", "ConnectionAborted"))
    return (Reason.CONNECTION if lost else Reason.BAD_RESPONSE), text


def _line(error: BaseException) -> str:
    text = " ".join((str(error) or type(error).__name__).split())
    return "".join(c if c.isprintable() else "?" for c in text)[:200]
