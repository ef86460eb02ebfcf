"""Which of day and month comes first in 03/04/2024, where the page does not say.

| case | order |
| --- | --- |
| a field above 12 | settled |
| dots | day first: nobody writes the month first with dots |
| the source's own habit (`day_first`) | that |
| Chinese, Japanese, Korean, Hungarian ... with a two-digit year | year first |
| American domain or language tag | month first |
| English without a region, generic domain, slashes, no 24-hour clock | month first |
| everybody else | day first |
"""

from .tables import word_set
from .zones import region_of

_MONTH_FIRST_REGIONS = ("us", "ph")


def default_day_first(*, lang: str, tld: str, separator: str, clock24: bool) -> bool:
    """The usual order of a language and domain. `clock24`: a time after noon without am/pm stands beside the date."""
    if separator == ".":
        return True
    tag = lang.replace("_", "-")
    last = tld.rpartition(".")[2]
    if last in word_set("order", "month_first_tlds") or tag in word_set("order", "month_first_languages"):
        return False
    if region_of(lang, tld) in _MONTH_FIRST_REGIONS:
        return False
    generic = not last or last in word_set("order", "generic_tlds")
    return not (tag in ("en", "") and generic and separator == "/" and not clock24)


def year_first(lang: str) -> bool:
    """True for the languages that write 24.04.19 with the year in front."""
    return lang.partition("-")[0] in word_set("order", "year_first_languages")
