"""How the sites write dates."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

MONTHS: Final[dict[str, str]] = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
FORMS: Final[dict[str, str]] = {
    "de": "{d}. {month} {y}, {h:02}:{m:02} Uhr",
    "en": "{month} {d}, {y}",
    "es": "{d} de {month} de {y}, {h:02}:{m:02}",
    "fr": "Publié le {d} {month} {y} à {h:02}h{m:02}",
    "ja": "{y}年{mo}月{d}日 {h:02}:{m:02}",
    "ko": "입력 {y}.{mo:02}.{d:02} {h:02}:{m:02}",
    "pt": "{d} de {month} de {y}, {h:02}h{m:02}",
}


def in_words(moment: datetime, language: str) -> str:
    """A date as a reader of the language sees it on a page; English for languages that have no form here."""
    months = MONTHS.get(language, MONTHS["en"]).split()
    form = FORMS.get(language, FORMS["en"])
    return form.format(
        d=moment.day, mo=moment.month, month=months[moment.month - 1], y=moment.year, h=moment.hour, m=moment.minute
    )


def rfc_2822(moment: datetime) -> str:
    """A date as RSS 2.0 has it."""
    return format_datetime(moment)


def entry_clock(start: datetime, entry: int) -> str:
    """The time of the day that a live blog prints over an entry, counted from 0."""
    return f"{start + timedelta(minutes=35 * entry):%H:%M}"
