"""Percent-encoding in one form: escaped only where it matters, in upper-case hex, of NFC text."""

import re
import unicodedata
from typing import Final
from urllib.parse import quote

_UNRESERVED: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_PATH: Final = frozenset(
    _UNRESERVED + ",:@!$'()*"
)  # means the same escaped or not (RFC 3986, pchar); ; = & + stay as printed
_QUERY: Final = _PATH | frozenset("/?")
_ESCAPES: Final = re.compile("(?:%[0-9A-Fa-f]{2})+|%")
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~,:@!$'()*;=&+/-]*")  # nothing to do: no escape, nothing that needs one
_SAFE_PATH: Final = "%/;=&+,:@!$'()*~"
_SAFE_QUERY: Final = _SAFE_PATH + "?"


def normal_path(path: str) -> str:
    """A path with one way of escaping each character. A lone `%` becomes `%25`."""
    return path if _PLAIN.fullmatch(path) else _normal(path, _PATH, _SAFE_PATH)


def normal_query(text: str) -> str:
    """The same for a query's key or value, or a fragment."""
    return text if _PLAIN.fullmatch(text) else _normal(text, _QUERY, _SAFE_QUERY)


def _normal(text: str, literal: frozenset[str], safe: str) -> str:
    def decoded(match: re.Match[str]) -> str:
        return "%25" if match[0] == "%" else _decoded(bytes.fromhex(match[0].replace("%", "")), literal)

    plain = unicodedata.normalize("NFC", _ESCAPES.sub(decoded, text))
    return quote(plain, safe=safe, errors="replace")


def _decoded(raw: bytes, literal: frozenset[str]) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
        return "".join(char if char in literal else f"%{ord(char):02X}" for char in text)
    return "".join(char if char in literal or not char.isascii() else f"%{ord(char):02X}" for char in text)
