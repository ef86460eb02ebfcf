"""What can go wrong, for people: each error says what failed, on what, and what to do.

AggregatorError
├── UsageError            bad option, file or configuration                        exit status 2
│   └── SourceListError   the source list cannot be read (file, line and key named)
├── NotAnArticle          a page that is no article; carries the Rejection         exit status 1
├── FetchError            one address could not be fetched                         exit status 3
├── BrowserError          a page could not be shown by a browser                   exit status 1
├── CrawlError            a source's crawl failed, with its causes                 exit status 1 or 3
├── StoreError            the store cannot be used                                 exit status 4
│   ├── ForeignFile       a SQLite file of another program
│   ├── NewerSchema       a file of a newer release
│   ├── DamagedFile       not a database, or a damaged one
│   └── StoreFull         no room, or an I/O error
└── Busy                  another run holds the store                              exit status 5
"""

from typing import ClassVar

from .models import Rejection


class ExitStatus:
    """Exit statuses of the command line (documented in docs/cli.md)."""

    FINE: ClassVar[int] = 0
    SOME_FAILED: ClassVar[int] = 1
    USAGE: ClassVar[int] = 2
    NOTHING_FETCHED: ClassVar[int] = 3
    STORE: ClassVar[int] = 4
    BUSY: ClassVar[int] = 5
    INTERRUPTED: ClassVar[int] = 130


class AggregatorError(Exception):
    """Root of every error that this project raises on purpose.

    `subject` is the thing it happened to (an address, a file, a source), `hint` what to do about it.
    """

    exit_status: ClassVar[int] = ExitStatus.SOME_FAILED

    def __init__(self, message: str, *, subject: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.hint = hint

    def __str__(self) -> str:
        """`subject: message (hint)`, without the parts that are empty."""
        text = f"{self.subject}: {self.message}" if self.subject else self.message
        return f"{text} ({self.hint})" if self.hint else text


class UsageError(AggregatorError):
    """A bad option, file or configuration value."""

    exit_status = ExitStatus.USAGE


class SourceListError(UsageError):
    """The source list cannot be read; the message names line and key."""


class NotAnArticle(AggregatorError):
    """The page is no article; `rejection` says what it is instead."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(f"no article here: {rejection.sentence()}", subject=rejection.url)
        self.rejection = rejection

    @property
    def reason(self) -> str:
        """The reason's code, such as `listing`."""
        return self.rejection.reason


class FetchError(AggregatorError):
    """One address could not be fetched; `reason` is a code as in `fetch.reason`."""

    exit_status = ExitStatus.NOTHING_FETCHED

    def __init__(self, message: str, *, subject: str = "", hint: str = "", reason: str = "error") -> None:
        super().__init__(message, subject=subject, hint=hint)
        self.reason = reason


class BrowserError(AggregatorError):
    """A page could not be shown by a browser: there is none, or it failed on the page."""


class CrawlError(AggregatorError):
    """The crawl of a source failed. What it stored before stays stored."""


class StoreError(AggregatorError):
    """The store cannot be used."""

    exit_status = ExitStatus.STORE


class ForeignFile(StoreError):
    """A SQLite file that another program made; it is left untouched."""


class NewerSchema(StoreError):
    """A file that a newer release wrote; it is left untouched."""


class DamagedFile(StoreError):
    """Not a database, or a damaged one; it is left untouched."""


class StoreFull(StoreError):
    """No room on the disk, or the disk reports an error. What was committed is kept."""


class Busy(AggregatorError):
    """Another run holds the store."""

    exit_status = ExitStatus.BUSY
