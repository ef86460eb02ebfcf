"""What a single line looks like: prose, headline, bullet, number, separator; and the words that carry its topic."""

import re
from typing import Final

from aggregator.models import count_words

_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_SEPARATOR: Final = re.compile(r"[-–—―•·*»›>|_=~#+◆◇■□●○▪▫►▶★☆.…\s]{1,40}")
_BULLET: Final = re.compile(r"(?:[-–—―*>»›+o] |[•·‣◦●○■□▪▫◆◇►▶▷☞✔✓] ?)(?=\S)")
_NUMBERED: Final = re.compile(r"[(\[]?(?:\d{1,4}(?!\d)|#\d|[Nn]o\.? ?\d|第\d)")
_ENUMERATED: Final = re.compile(r"[(\[]?(?:\d{1,4}[.):\]]|#\d|[Nn]o\.? ?\d|第\d|\d{1,4}$)")
_DENSE: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_HANGUL: Final = re.compile(r"[\uac00-\ud7a3]{2,}")
_BREAK: Final = re.compile(r"(?:[^\W\d_]{3}\.|[।۔])[\"'”’»)]? +[\"'“‘«(]?[^\W\d_a-z]|。\S")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:(?:[^\W\d_]\.)+|(?:Jr|Sr|Inc|Ltd|Co|Corp|Vol|No|Pt|Ep|vs|feat|ft|St|etc|Dr|Mr|Mrs|Ms)\.)$"
)
_CLOSERS: Final = "\"'”’»›)]）】」』 "
_STOPS: Final = tuple(".。．｡।۔")

_TALL: Final = 200  # characters; headlines of all languages in the annotated pages are shorter
_STEM: Final = 6  # letters of a word that carry its topic; cuts most endings


def split_lines(text: str) -> list[str]:
    """The lines of a text (any newline of Unicode), without control characters, blanks collapsed. Empty ones stay, as ""."""
    return [" ".join(_CONTROL.sub("", line).split()) for line in text.splitlines()]


def words_in(line: str) -> int:
    """Words of a line; two characters of a script without spaces are one."""
    return len(line.split()) if line.isascii() else count_words(line)


def is_separator(line: str) -> bool:
    """A line of nothing but dashes, bullets or dots."""
    return _SEPARATOR.fullmatch(line) is not None


def ends_sentence(line: str) -> bool:
    """Whether a line ends with a full stop that is neither an abbreviation's nor an ellipsis."""
    bare = line.rstrip(_CLOSERS)
    return bare.endswith(_STOPS) and not bare.endswith("..") and not _ABBREVIATION.search(bare[-12:])


def is_prose(line: str) -> bool:
    """Whether a line is running text: a sentence, several sentences (a headline of two is shorter), or too long for a headline."""
    if len(line) > _TALL or "\n" in line:
        return True
    words = words_in(line)
    return words > 28 or (words >= 5 and ends_sentence(line)) or (words >= 20 and _BREAK.search(line) is not None)


def bare_item(line: str) -> str:
    """A line without the bullet that it begins with."""
    found = _BULLET.match(line)
    return line[found.end() :] if found else line


def is_bullet(line: str) -> bool:
    """Whether a line begins with a bullet, or a dash and a blank."""
    return _BULLET.match(line) is not None


def is_numbered(line: str) -> bool:
    """Whether a line begins with a number: a rank, a date, a time."""
    return _NUMBERED.match(bare_item(line)) is not None


def is_enumerated(line: str) -> bool:
    """Whether a line begins as an item of a numbered list: "1. ...", "#1 ...". "Ten" or "10 reasons" are headlines."""
    return _ENUMERATED.match(bare_item(line)) is not None


def introduces(line: str) -> bool:
    """Whether a line ends with a colon, and so belongs to what follows."""
    return line.rstrip(" *").endswith((":", "："))


def is_headline(line: str, *, least: int = 4) -> bool:
    """Whether a line could be another story's headline: `least` to 24 words, no sentence, no number, no colon at its end."""
    text = bare_item(line)
    if is_prose(text) or introduces(text) or is_enumerated(text) or ends_sentence(text):
        return False
    return least <= words_in(text) <= 24 and not text[:1].islower()


def topics(line: str) -> set[str]:
    """What carries a line's topic: stems of its longer words; pairs of characters in scripts without spaces."""
    found = {word[:_STEM] for word in _WORD.findall(line.casefold())}
    if line.isascii():
        return found
    found = {word for word in found if not (_DENSE.match(word) or _HANGUL.match(word))}
    found.update(word[:2] for word in _HANGUL.findall(line))
    for run in _DENSE.findall(line):
        found.update(run[at : at + 2] for at in range(len(run) - 1))
    return found


def names(line: str) -> set[str]:
    """Stems of the capitalised words behind the first one; empty for scripts without case."""
    return {word[:_STEM].casefold() for word in _WORD.findall(line[1:].partition(" ")[2]) if word[0].isupper()}


def is_cased(line: str) -> bool:
    """Whether a line's script knows capital letters."""
    return line.lower() != line.upper()
