"""The forms that dates and times have, as regular expressions on the shape of a text (letters: see `tokens.Tokens`).

All patterns are linear: no nested repetition, and every run is bounded.
"""

import re
from typing import Final

_O: Final = r"[.o]{0,3}"
"""Ordinal dots and filler words: `19th of`, `4. de`."""
_TAIL: Final = r"(?![-/.]?[nx])"

FULL: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("named", r"(?P<y>Y)\.?o(?P<d>n)\.?(?P<m>M)"),  # Latvian: 2024. gada 19. aprīlis
        ("named", rf"(?P<d>n){_O}[-/,|']?o?(?P<m>M)\.?[-/,|]?(?:o\.?){{0,2}}[,|]?(?P<y>[Yq])"),
        (
            "named",
            r"(?P<m>M)\.?(?P<d>n)n:n(?::n)?A?(?:z(?:[+-][nqYx])?|[+-][qY])?(?P<y>Y)",
        ),  # ctime: Tue Apr 16 10:00:00 2024
        ("named", r"(?P<m>M)\.?[-/|,]?o?(?P<d>n)[o.]?(?:-no?)?[-,.|/]{0,2}o?(?P<y>Y)"),
        ("named", rf"(?P<y>Y)[.,]?[ot]{{0,2}}[.-]?[-/,]?(?P<m>M)\.?[-/,]?(?P<d>n){_TAIL}(?![h:])"),
        ("named", r"(?P<d>n),?k(?P<m>n),?[-/,|]?o{0,2}(?P<y>Y)"),  # Vietnamese: 4 tháng 5, 2020
        ("named2", r"(?P<d>n)[.o]?[-/]?(?P<m>M)\.?[-/,]?'?(?P<y>n)(?!\.n|[:hAU]|n(?!:))"),
        ("named2", r"(?P<m>M)\.?(?P<d>n)o?,?'(?P<y>n)"),
        ("number", r"(?P<y>Y)[yo]\.?(?P<m>n)[mo]\.?(?P<d>n)d?"),  # 2019年4月19日
        ("era", r"(?P<e>E)(?P<y>n|x)y(?P<m>n)m(?P<d>n)d?"),  # 令和6年4月19日
        ("roc", r"(?P<y>x)y(?P<m>n)m(?P<d>n)d?"),  # 113年4月19日, as in Taiwan
        ("short_ymd", r"(?<![nY])(?P<y>n)y(?P<m>n)m(?P<d>n)d"),
        ("number", r"(?<![nq][-./])(?P<y>[Yq])(?:[-/.|]|\.-)(?P<m>n)\.?[-/.|](?P<d>n)(?![-/]n)(?!\.n\.n\.)"),
        ("order", r"(?<![nYxq][-./])(?P<a>n)(?P<s>[-/.|])(?P<b>n)(?:(?P=s)|[-|])(?P<y>Y)"),
        ("order2", r"(?<![nYxq][-./:])(?P<a>n)(?P<s>[-/.])(?P<b>n)(?P=s)(?P<y>n)(?!(?P=s)[nxYq])"),
    )
)
"""Dates with a year, the surer forms first. The name says how the groups are to be read."""

NO_YEAR: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<d>n)[.o]{0,3}-?(?P<m>M)\.?(?![-/,|']?o?[Yqx])",
        r"(?<![n.])(?P<m>M)\.?(?P<d>n)(?!:)o?(?![-/,|']{0,2}[YqxA])",
        r"(?<!y)(?P<m>n)m(?P<d>n)d",
        r"(?P<d>n),?k(?P<m>n)(?![-/,|']?o?[Yqx])",
    )
)

MONTH: Final = re.compile(r"^w?(?P<m>M)\.?,?o?(?P<y>Y)(?P<d>n)$")
"""A month and a year, to which the reader has added the first day."""
COMPACT: Final = re.compile(r"^8(?=$|i|n)")

_CLOCK: Final = (
    r"(?:(?P<h>n):(?P<mi>n)(?::(?P<s>n)(?:[.,][nxYq8e])?)?h?(?:U|A)?\.?A?"
    r"|(?P<h3>n)h(?P<mi3>n)?t?(?P<s3>n)?s?"
    r"|(?P<h5>n)A"
    r"|(?P<h6>n)\.(?P<mi6>n)(?=U|A|z)[UA]?\.?)"
)
_ZONE: Final = r"(?P<zone>[-,(|/]{0,2}z(?:[-+](?:n:n|[nYqx]))?|[+-](?:n:n|[nYqx]))?"
_BREAK: Final = r"[-,.|/)(;:@]{0,4}"

TIME_AFTER: Final = re.compile(
    rf"d?(?:o\.)?{_BREAK}(?:oD|D|[pu])?{_BREAK}(?:i[.:]?){{0,2}}[|,]?(?P<pre>A)?(?:{_CLOCK}){_ZONE}"
)
DOT_TIME_AFTER: Final = re.compile(
    rf"(?:{_BREAK}i\.?:?(?P<h>n)\.(?P<mi>n)(?!\.)[UA]?|,?-?(?P<h3>n)\.(?P<mi3>n)(?=$|[|,)])){_ZONE}"
)
"""`kl. 13.52`, `alle 9.30`: a dot between hour and minute needs a word before it, or the end of the text after it."""
TIME_BEFORE: Final = re.compile(rf"(?P<pre>A)?(?:{_CLOCK}){_ZONE}{_BREAK}(?:[oi]\.?)?(?:D[.,]?)?{_BREAK}[oi]?$")
"""`15:56 BST, 27 April 2024`, ending where the date begins."""
