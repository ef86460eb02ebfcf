"""An http(s) address in its parts, read as browsers do (WHATWG URL), and written back."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from aggregator.models import Reason

LONGEST: Final = 2083  # what browsers and servers of all kinds take; nothing longer is asked for
_HOPELESS: Final = 65536  # characters; longer input is not looked at
_EDGES: Final = "".join(map(chr, range(33)))  # WHATWG: C0 controls and space are cut off both ends
_INNER: Final = str.maketrans("", "", "\t\n\r")  # WHATWG: removed wherever they stand
_URL: Final = re.compile(r"(https?):[/\\]*([^/\\?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL)
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_PORT: Final = re.compile(r"(.*?)(?::(\d*))?", re.DOTALL)
_DEFAULT_PORT: Final = {"http": "80", "https": "443"}
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_IPV6: Final = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_IPV4: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")


@dataclass(frozen=True, slots=True)
class Parts:
    """A parsed address. `host` is lower-case ASCII, `port` empty when it is the scheme's own; path, query and fragment as printed.

    `query` and `fragment` are None when there is none.
    """

    scheme: str
    host: str
    port: str
    path: str
    query: str | None
    fragment: str | None
    credentials: bool = False

    def text(self) -> str:
        """The address."""
        port = f":{self.port}" if self.port else ""
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        return f"{self.scheme}://{self.host}{port}{self.path}{query}{fragment}"

    @property
    def is_number(self) -> bool:
        """Whether the host is an IP address."""
        return is_ip(self.host)


def stripped(url: str) -> str:
    """The address without what browsers ignore: controls and spaces at the ends, tabs and line ends anywhere."""
    return url.strip(_EDGES).translate(_INNER).strip(_EDGES)


def parse(url: str) -> Parts | None:
    """The parts of an http(s) address; None for anything else, for a bad host or port, and for more than 64 Ki characters."""
    if len(url) > _HOPELESS:
        return None
    url = stripped(url)
    match = _URL.fullmatch(f"https:{url}" if url.startswith("//") else url)
    if match is None:
        return None
    scheme, authority, path, query, fragment = match.groups()
    return _with_host(scheme.lower(), authority, (path.replace("\\", "/") or "/", query, fragment))


def _with_host(scheme: str, authority: str, rest: tuple[str, str | None, str | None]) -> Parts | None:
    user, _, place = authority.rpartition("@")
    matched = _PORT.fullmatch(place) if not place.endswith("]") else None
    name, port = (matched[1], matched[2] or "") if matched else (place, "")
    host = _host(name)
    if host is None or (port and int(port[:8]) > 65535):
        return None
    port = port.lstrip("0") or ("0" if port else "")
    return Parts(scheme, host, "" if port == _DEFAULT_PORT[scheme] else port, *rest, credentials=bool(user))


@lru_cache(maxsize=4096)
def _host(name: str) -> str | None:
    """A host name in lower-case ASCII without a final dot; None when it is none."""
    host = unquote(name, errors="replace") if "%" in name else name
    host = host.lower() if host.isascii() else (_ascii(host) or "")
    host = host.removesuffix(".")
    if _IPV6.fullmatch(host) or _IPV4.fullmatch(host):
        return host
    good = 0 < len(host) <= 253 and all(_LABEL.fullmatch(label) for label in host.split("."))
    return host if good else None


def _ascii(host: str) -> str | None:
    """Punycode by UTS 46, as browsers do."""
    from idna import IDNAError, encode  # the tables of an encoding that few hosts need

    try:
        return encode(unicodedata.normalize("NFKC", host), uts46=True, transitional=False).decode("ascii").lower()
    except (IDNAError, UnicodeError):
        return None


def is_ip(host: str) -> bool:
    """Whether a host is written as an IP address."""
    return host.startswith("[") or _IPV4.fullmatch(host) is not None


def host_of(url: str) -> str:
    """Host name in lower-case ASCII without port and final dot; empty when there is none. IPv6 addresses keep their brackets."""
    parts = parse(url)
    return parts.host if parts else ""


def fetchable(url: str) -> Reason | None:
    """Why an address cannot be asked for, by itself: BAD_SCHEME or BAD_URL; None when it can.

    BAD_URL: no valid host, user name or password in it, or longer than 2083 characters.
    """
    clean = stripped(url[: _HOPELESS + 1])
    scheme = _SCHEME.match(clean)
    if scheme and scheme[0].lower() not in ("http:", "https:"):
        return Reason.BAD_SCHEME
    parts = parse(url)
    bad = parts is None or scheme is None or parts.credentials or len(clean) > LONGEST
    return Reason.BAD_URL if bad else None
