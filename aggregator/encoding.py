"""Bytes to characters: the order of the WHATWG Encoding standard, and two exceptions that an archive needs.

A browser obeys a label that is wrong and shows rubbish; a stored article should be readable. So bytes that prove to be UTF-8
win over a header or meta tag that says otherwise, and a label that the bytes refute gives way to a guess. Pure; never raises.
"""

import codecs
import re
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal
from unicodedata import category

from w3lib.encoding import read_bom

from ._project import load_table

Origin = Literal["bom", "bytes", "header", "declaration", "guess", "default", "repair"]

_PRESCAN: Final = 1024  # bytes that are searched for a declaration (WHATWG HTML, "prescan a byte stream")
_HEAD: Final = 100_000  # bytes in which a head ends
_SAMPLE: Final = 6_000  # bytes around the first non-ASCII ones that a guess looks at
_A_FEW: Final = 8  # broken bytes in a page that says UTF-8 and holds some: damage, no other encoding
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META: Final = re.compile(rb"<meta\s[^>]{0,600}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_XML: Final = re.compile(rb"^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_COMMENT: Final = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_NON_ASCII: Final = re.compile(rb"[\x80-\xff]")
_WORD_START: Final = re.compile(rb"[ >\n][\x80-\xff]")  # no second byte of any encoding is one of these three
_MULTI_BYTE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN: Final = re.compile("[\x80-\U0010ffff]+")
_ESCAPE_CODED: Final = re.compile(
    rb"\x1b\$[@B][!-~]{2,400}\x1b\([BJ]"
)  # a piece of ISO-2022-JP: into the two-byte set and back

# The 27 characters that windows-1252 has where latin-1 has C1 controls, back to their byte values.
_TO_BYTE: Final = {ord(c): n for n in range(0x80, 0xA0) if (c := bytes((n,)).decode("cp1252", "ignore"))}
_NOT_A_BYTE: Final = re.compile("[^\x00-\xff" + "".join(map(chr, _TO_BYTE)) + "]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, the Python codec that made it, and what named that codec."""

    text: str
    encoding: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alphabet:
    codec: str
    common: frozenset[str]
    known: frozenset[str]
    wide: bool  # several bytes a character
    latin: bool  # its letters stand among ASCII letters
    least: float  # a score below is no text in it


def decode(body: bytes, *, content_type: str | None = None) -> Decoded:
    """Decode a page, feed or sitemap. Bad bytes become U+FFFD. Never raises.

    Order: byte order mark; bytes that prove to be UTF-8; charset of the HTTP header; meta tag or XML declaration in the first
    1024 bytes; a guess (WHATWG Encoding and HTML, "determining the character encoding", but for the second step).
    """
    mark, _ = read_bom(body)
    if mark:
        return Decoded(text=body.decode(mark, "replace").removeprefix("\ufeff"), encoding=mark, origin="bom")
    label, origin = _declared(body, content_type)
    if _ESCAPE_CODED.search(body):
        return Decoded(
            text=body.decode("iso2022_jp", "replace"),
            encoding="iso2022_jp",
            origin=origin if label == "iso2022_jp" else "guess",
        )
    if wide := _wide_without_mark(body):
        return Decoded(text=body.decode(wide, "replace"), encoding=wide, origin="guess")
    return _as_utf8(body, label, origin) or _as_declared(body, label, origin) or _as_guessed(body)


def codec_of(label: str) -> str | None:
    """The Python codec that browsers use for an encoding label, None for a label that is not of the web (WHATWG, names and labels)."""
    table = load_table("encodings.toml")
    label = label.strip().lower()
    known: str | None = table["labels"].get(label)
    if known:
        return known
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    codec: str | None = table["codecs"].get(name)
    return codec


# ------------------------------------------------------------------------------------------------ what is declared


def _declared(body: bytes, content_type: str | None) -> tuple[str | None, Origin]:
    header = _CHARSET.search(content_type or "")
    if header and (codec := codec_of(header[1])):
        return codec, "header"
    head = _COMMENT.sub(b"", body[:_PRESCAN])
    found = _XML.search(head) or _META.search(head) or _late_meta(body)
    codec = codec_of(found[1].decode("ascii")) if found else None
    # A declaration that can be read as ASCII cannot be UTF-16 (WHATWG HTML: "change the encoding to UTF-8").
    return ("utf-8" if codec and codec.startswith("utf-16") else codec), "declaration"


def _late_meta(body: bytes) -> re.Match[bytes] | None:
    """A declaration further down in the head, which a browser obeys when its parser comes to it (WHATWG HTML, "changing the encoding
    while parsing")."""
    end = body.find(b"</head", _PRESCAN, _HEAD)
    return _META.search(_COMMENT.sub(b"", body[:end])) if end > 0 else None


def _wide_without_mark(body: bytes) -> str | None:
    """UTF-16 shows by its zero bytes, all on one side of the pairs."""
    sample = body[:400]
    if len(sample) < 20 or sample.count(0) < len(sample) // 10:
        return None
    odd = sample[1::2].count(0)
    even = sample[::2].count(0)
    if min(odd, even) > len(sample) // 40:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


# ------------------------------------------------------------------------------------------------ UTF-8


def _as_utf8(body: bytes, label: str | None, origin: Origin) -> Decoded | None:
    """The text if the bytes are UTF-8, whatever the label says; a few broken bytes among many good ones do not refute it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _as_broken_utf8(body, label, origin)
    if text.isascii():
        return Decoded(text=text, encoding=label or "utf-8", origin=origin if label else "default")
    return _unmixed(text, label, origin)


def _unmixed(text: str, label: str | None, origin: Origin) -> Decoded:
    if repaired := repair_double_encoding(text):
        return Decoded(text=repaired, encoding="utf-8", origin="repair")
    return Decoded(text=text, encoding="utf-8", origin=origin if label == "utf-8" else "bytes")


def _as_broken_utf8(body: bytes, label: str | None, origin: Origin) -> Decoded | None:
    good = _MULTI_BYTE.findall(body)
    bad = len(_NON_ASCII.findall(body)) - sum(map(len, good))
    # In text of another encoding the faults outnumber the byte pairs that happen to be valid UTF-8 (GBK: about ten to one).
    stated = label == "utf-8" and len(good) > 0
    if len(good) < 2 * bad and not (stated and bad <= max(len(good), _A_FEW)):
        return None
    return Decoded(
        text=body.decode("utf-8", "replace"), encoding="utf-8", origin=origin if label == "utf-8" else "bytes"
    )


def repair_double_encoding(text: str) -> str | None:
    """The text with UTF-8 that was encoded twice set right; None where that is not proven.

    Proof: every non-ASCII character stands for one byte of latin-1 or windows-1252, and all these bytes together are UTF-8
    with at least three characters. Text that means its accents never passes: a lone "é" is no UTF-8.
    """
    first = _HIGH_RUN.search(text)
    if not first or not "\xc2" <= first[0][0] <= "\xf4" or _NOT_A_BYTE.search(text):
        return None
    runs = 0
    try:
        for run in _HIGH_RUN.findall(text):
            run.translate(_TO_BYTE).encode("latin-1").decode("utf-8")
            runs += 1
    except UnicodeError:
        return None
    return text.translate(_TO_BYTE).encode("latin-1").decode("utf-8") if runs >= 3 else None


# ------------------------------------------------------------------------------------------------ labels and guesses


def _as_declared(body: bytes, label: str | None, origin: Origin) -> Decoded | None:
    """The text under its label, unless that turns more than a twentieth of what is not ASCII into U+FFFD."""
    if not label:
        return None
    text = body.decode(label, "replace")
    bad = text.count("\ufffd")
    if bad and bad * 20 > len(_NON_ASCII.findall(body)):
        return None
    return Decoded(text=text, encoding=label, origin=origin)


def _as_guessed(body: bytes) -> Decoded:
    codec = _guess(_sample(body))
    return Decoded(text=body.decode(codec, "replace"), encoding=codec, origin="guess")


def _sample(body: bytes) -> bytes:
    """The bytes from the first non-ASCII one on, and a later piece, since the first may be a menu in another language."""
    first = _NON_ASCII.search(body)
    start = first.start() if first else 0
    later = _WORD_START.search(body, max(start + _SAMPLE, len(body) // 2))
    return body[max(start - 1, 0) : start + _SAMPLE] + (body[later.start() : later.start() + _SAMPLE] if later else b"")


def _guess(sample: bytes) -> str:
    scored = [(_score(sample, alphabet), alphabet) for alphabet in _alphabets()]
    fit = [(score, alphabet.codec) for score, alphabet in scored if score > alphabet.least]
    return max(fit, key=lambda pair: pair[0], default=(0.0, "cp1252"))[1]


@cache
def _alphabets() -> tuple[_Alphabet, ...]:
    return tuple(
        _Alphabet(
            codec=row["codec"],
            common=frozenset(row["common"]),
            known=frozenset(row["common"] + row["letters"] + row["common"].upper() + row["letters"].upper()) | {"\xa0"},
            wide=row.get("wide", False),
            latin=row.get("latin", False),
            least=row.get("least", 0.2),
        )
        for row in load_table("encodings.toml")["guess"]
    )


def _score(sample: bytes, alphabet: _Alphabet) -> float:
    """How well a sample reads, about -2 to 1 a non-ASCII character: common letters speak for, anything unknown and bad bytes against."""
    text = sample.decode(alphabet.codec, "replace")
    points = [_worth(char, before, alphabet) for before, char in zip(" " + text, text, strict=False) if char > "\x7f"]
    return sum(points) / len(points) if points else 0.0


def _worth(char: str, before: str, alphabet: _Alphabet) -> float:
    if char == "\ufffd":
        return -2.0
    if (char.isalpha() or category(char) == "Mn") and _clashes(char, before, alphabet):
        return -1.0
    if char in alphabet.common:
        return 1.0
    if char in alphabet.known:
        return 0.4
    return 0.1 if alphabet.wide and "\u3000" <= char <= "\ud7a3" else -0.7


def _clashes(char: str, before: str, alphabet: _Alphabet) -> bool:
    """Whether two characters cannot stand side by side in one word: a capital after a small letter, two alphabets."""
    if char.isupper() and before.islower():
        return True
    if alphabet.wide or not before.isalpha():
        return False
    return before.isascii() is not alphabet.latin
