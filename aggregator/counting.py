"""How words are counted. Pure."""

import re
from typing import Final

_DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


def count_words(text: str) -> int:
    """Words of a text. Han, kana, Thai, Lao, Burmese and Khmer put no blanks between words: two of their characters count as one."""
    count = len(text.split())
    return count if text.isascii() else count + len(_DENSE.findall(text)) // 2
