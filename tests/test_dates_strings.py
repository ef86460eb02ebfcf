"""The reader of date strings: what each form means, and what is no date."""
# ruff: noqa: DTZ001 - wall clocks without a zone are what many of these strings say

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.dates import ParsedDate, parse_date
from aggregator.dates.calendars import persian_day
from aggregator.dates.reading import nearest_year

SEEN = datetime(2026, 6, 10, 15, 0, tzinfo=UTC)  # a Wednesday


def read(text: str, lang: str | None = None, tld: str | None = None) -> datetime | date | None:
    parsed = parse_date(text, lang=lang, tld=tld, fetched_at=SEEN)
    return parsed.value if parsed else None


def certain(text: str, *, lang: str | None = None, zone: str | None = None) -> ParsedDate:
    parsed = parse_date(text, lang=lang, zone=zone)
    assert parsed is not None
    return parsed


def clock(offset_minutes: int, *parts: int) -> datetime:
    year, month, day, hour, minute, second = (*parts, 0)[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone(timedelta(minutes=offset_minutes)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-04-19", date(2024, 4, 19)),
        ("20240419", date(2024, 4, 19)),
        ("2024-W16-5", date(2024, 4, 19)),
        ("2024-110", date(2024, 4, 19)),
        ("2024-04-19T10:30", datetime(2024, 4, 19, 10, 30)),
        ("2024-04-19 10:30:05", datetime(2024, 4, 19, 10, 30, 5)),
        ("2024-04-19T10:30:05.123456789Z", clock(0, 2024, 4, 19, 10, 30, 5)),
        ("20240419T103005Z", clock(0, 2024, 4, 19, 10, 30, 5)),
        ("2024-04-19T10:30:05+0530", clock(330, 2024, 4, 19, 10, 30, 5)),
        ("2024-04-19T10:30:05+05:30", clock(330, 2024, 4, 19, 10, 30, 5)),
        ("2024-04-19T10:30:05-07", clock(-420, 2024, 4, 19, 10, 30, 5)),
        ("2024-04-19 9:30:00 -0700", clock(-420, 2024, 4, 19, 9, 30)),
        ("2024-04-19T10:30:00Z[Europe/Berlin]", clock(0, 2024, 4, 19, 10, 30)),
        ("২০২৪-০৪-১৯T১০:৩০:০৫+০১:০০", clock(60, 2024, 4, 19, 10, 30, 5)),
        ("Fri, 19 Apr 2024 10:30:05 GMT", clock(0, 2024, 4, 19, 10, 30, 5)),
        ("Fri, 19 Apr 24 10:30:05 +0200", clock(120, 2024, 4, 19, 10, 30, 5)),
        ("Fri Apr 19 2024 10:30:05 GMT+0200 (Central European Summer Time)", clock(120, 2024, 4, 19, 10, 30, 5)),
        ("Fri Apr 19 10:30:05 2024", datetime(2024, 4, 19, 10, 30, 5)),
        ("Fri Apr 19 10:30:05 UTC+0000 2024", clock(0, 2024, 4, 19, 10, 30, 5)),
        ("1713522605", clock(0, 2024, 4, 19, 10, 30, 5)),
        ("1713522605000", clock(0, 2024, 4, 19, 10, 30, 5)),
        ("/Date(1713522605000)/", clock(0, 2024, 4, 19, 10, 30, 5)),
        ("1713522605.5", clock(0, 2024, 4, 19, 10, 30, 5)),
    ],
)
def test_machine_forms(text: str, value: object) -> None:
    assert read(text) == value


NINETEENTH = date(2024, 4, 19)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "April 19, 2024"),
        ("en", "Friday 19th of April 2024"),
        ("en", "19-Apr-2024"),
        ("en", "Apr 19 '24"),
        ("en", "April 19-20, 2024"),
        ("ar", "١٩ أبريل ٢٠٢٤"),
        ("ar", "19 نيسان 2024"),
        ("bg", "19 април 2024 г."),
        ("bn", "১৯ এপ্রিল ২০২৪"),
        ("ca", "19 d’abril de 2024"),
        ("cs", "pátek 19. dubna 2024"),
        ("da", "19. april 2024"),
        ("de", "Freitag, 19. April 2024"),
        ("el", "19 Απριλίου 2024"),
        ("es", "viernes, 19 de abril de 2024"),
        ("et", "19. aprill 2024"),
        ("fa", "۳۱ فروردین ۱۴۰۳"),
        ("fa", "۱۴۰۳/۰۱/۳۱"),
        ("fi", "19. huhtikuuta 2024"),
        ("fr", "vendredi 19 avril 2024"),
        ("he", "19 באפריל 2024"),
        ("hi", "19 अप्रैल 2024"),
        ("hi", "१९ अप्रैल २०२४"),
        ("hr", "19. travnja 2024."),
        ("hu", "2024. április 19., péntek"),
        ("id", "Jumat, 19 April 2024"),
        ("is", "19. apríl 2024"),
        ("it", "venerdì 19 aprile 2024"),
        ("ja", "2024年4月19日（金）"),
        ("ja", "令和6年4月19日"),
        ("ja", "24年4月19日"),
        ("ko", "2024년 4월 19일"),
        ("lt", "2024 m. balandžio 19 d."),
        ("lv", "2024. gada 19. aprīlis"),
        ("nb", "19. april 2024"),
        ("nl", "vrijdag 19 april 2024"),
        ("pl", "19 kwietnia 2024"),
        ("pt", "19 de Abril de 2024"),
        ("ro", "19 aprilie 2024"),
        ("ru", "19 апреля 2024 г."),
        ("sk", "19. apríla 2024"),
        ("sl", "19. april 2024"),
        ("sv", "19 april 2024"),
        ("ta", "19 ஏப்ரல், 2024"),
        ("th", "19 เมษายน 2567"),
        ("th", "19 เม.ย. 2567"),
        ("th", "2567-04-19"),
        ("tr", "19 Nisan 2024 Cuma"),
        ("uk", "19 квітня 2024"),
        ("ur", "19 اپریل 2024"),
        ("vi", "ngày 19 tháng 4 năm 2024"),
        ("zh", "2024年4月19日"),
        ("zh-tw", "民國113年4月19日"),
        ("zh-tw", "113年4月19日"),
    ],
)
def test_named_and_national_forms_of_one_day(lang: str | None, text: str) -> None:
    assert read(text, lang) == NINETEENTH


@pytest.mark.parametrize(
    ("text", "lang", "tld", "value"),
    [
        ("19 April 2024 3:45 PM", "en", "com", datetime(2024, 4, 19, 15, 45)),
        ("April 19, 2024 at 12:05 a.m.", "en", "com", datetime(2024, 4, 19, 0, 5)),
        ("Apr 19, 2024 / 3 pm", "en", "com", datetime(2024, 4, 19, 15, 0)),
        ("10:04, 19 APR 2024", "en", "co.uk", datetime(2024, 4, 19, 10, 4)),
        ("19. April 2024, 17:27 Uhr", "de", "de", datetime(2024, 4, 19, 17, 27)),
        ("19.04.2024, 10.19 Uhr", "de", "de", datetime(2024, 4, 19, 10, 19)),
        ("19.04.2024 - 21:03h", "es", "es", datetime(2024, 4, 19, 21, 3)),
        ("19/04/2024 à 14h49", "fr", "fr", datetime(2024, 4, 19, 14, 49)),
        ("19. april 2024 kl. 13.52", "nb", "no", datetime(2024, 4, 19, 13, 52)),
        ("19 апреля 2024 г., 10:30", "ru", "ru", datetime(2024, 4, 19, 10, 30)),
        ("2024年4月19日 09時05分", "ja", "jp", datetime(2024, 4, 19, 9, 5)),
        ("2024年4月19日 下午3:45", "zh", "cn", datetime(2024, 4, 19, 15, 45)),
        ("2024년 4월 19일 오후 3:45", "ko", "kr", datetime(2024, 4, 19, 15, 45)),
        ("19 เม.ย. 2567 เวลา 10:30 น.", "th", "th", datetime(2024, 4, 19, 10, 30)),
        ("19.04.2024 10:00 - 12:00", "de", "de", datetime(2024, 4, 19, 10, 0)),
        ("April 19, 2024 | Updated 08:24", "en", "in", datetime(2024, 4, 19, 8, 24)),
    ],
)
def test_times_beside_a_date(text: str, lang: str | None, tld: str, value: object) -> None:
    assert read(text, lang, tld) == value


@pytest.mark.parametrize(
    ("text", "lang", "tld", "offset"),
    [
        ("April 19, 2024 10:00 AM ET", "en", "com", -240),
        ("January 19, 2024 10:00 AM ET", "en", "com", -300),
        ("April 19, 2024 10:00 AM EST", "en", "com", -240),
        ("April 19, 2024 10:00 AM EST", "en", "com.au", 600),
        ("April 19, 2024 10:00 AM PT", "en", "com", -420),
        ("April 19, 2024 10:00 IST", "en", "in", 330),
        ("April 19, 2024 10:00 IST", "en", "ie", 60),
        ("April 19, 2024 10:00 IST", "en", "co.il", 180),
        ("April 19, 2024 10:00 CST", "zh", "cn", 480),
        ("April 19, 2024 10:00 CST", "en", "com", -300),
        ("10:00 BST, 19 April 2024", "en", "co.uk", 60),
        ("April 19, 2024 10:00 PKT", "en", "pk", 300),
        ("19. April 2024, 10:00 MESZ", "de", "de", 120),
        ("Jumat, 19 April 2024 10:00 WIB", "id", "id", 420),
        ("19/4/2024, 10:00 (GMT+7)", "vi", "vn", 420),
    ],
)
def test_zone_names_mean_the_offset_of_that_day_in_that_country(
    text: str, lang: str | None, tld: str, offset: int
) -> None:
    value = read(text, lang, tld)
    assert isinstance(value, datetime)
    assert value.hour == 10
    assert value.utcoffset() == timedelta(minutes=offset)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 hours ago", SEEN - timedelta(hours=2)),
        ("Published 3 hours ago by Ann Writer", SEEN - timedelta(hours=3)),
        ("an hour ago", SEEN - timedelta(hours=1)),
        ("5 mins ago", SEEN - timedelta(minutes=5)),
        ("just now", SEEN),
        ("2 days ago", date(2026, 6, 8)),
        ("3 weeks ago", date(2026, 5, 20)),
        ("2 months ago", date(2026, 4, 11)),
        ("yesterday", date(2026, 6, 9)),
        ("Today, 9:05 am", datetime(2026, 6, 10, 9, 5)),
        ("yesterday 3:45 PM ET", clock(-240, 2026, 6, 9, 15, 45)),
    ],
)
def test_relative_dates_count_from_the_fetch(text: str, value: object) -> None:
    assert read(text, "en", "com") == value


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("de", "vor 2 Stunden"),
        ("fr", "il y a 2 heures"),
        ("es", "hace 2 horas"),
        ("pt", "há 2 horas"),
        ("it", "2 ore fa"),
        ("nl", "2 uur geleden"),
        ("sv", "för 2 timmar sedan"),
        ("pl", "2 godziny temu"),
        ("tr", "2 saat önce"),
        ("ru", "2 часа назад"),
        ("id", "2 jam yang lalu"),
        ("vi", "2 giờ trước"),
        ("ja", "2時間前"),
        ("zh", "2小时前"),
        ("ko", "2시간 전"),
        ("hi", "2 घंटे पहले"),
        ("ar", "قبل 2 ساعة"),
        (None, "vor 2 Stunden"),
    ],
)
def test_two_hours_ago_in_many_languages(lang: str | None, text: str) -> None:
    assert read(text, lang) == SEEN - timedelta(hours=2)


def test_relative_and_year_less_dates_need_a_fetch_time() -> None:
    for text in ("2 hours ago", "yesterday", "Friday, April 19", "19. April"):
        assert parse_date(text, lang="en") is None


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("Friday, April 19", "en", date(2024, 4, 19)),  # the last year in which that was a Friday
        ("Wednesday, June 10", "en", date(2026, 6, 10)),
        ("April 19", "en", date(2026, 4, 19)),
        ("Nov. 8", "en", date(2025, 11, 8)),
        ("Le 28 juin à 16:32", "fr", datetime(2025, 6, 28, 16, 32)),
        ("mandag 5. august kl. 14:47", "no", datetime(2024, 8, 5, 14, 47)),
        ("1月13日", "ja", date(2026, 1, 13)),
        ("29 February", "en", date(2024, 2, 29)),
        ("06 FEB 26", "en", date(2026, 2, 6)),
        ("31 February", "en", None),
        ("Friday, 31 February", "en", None),
    ],
)
def test_a_missing_year_is_the_last_that_fits(text: str, lang: str | None, value: object) -> None:
    assert read(text, lang) == value


@pytest.mark.parametrize(
    ("text", "lang", "tld", "value"),
    [
        ("03/04/2024", "en-us", "com", date(2024, 3, 4)),
        ("03/04/2024", "en", "com", date(2024, 3, 4)),
        ("03/04/2024", "en", "com.ph", date(2024, 3, 4)),
        ("03/04/2024", "en-gb", "com", date(2024, 4, 3)),
        ("03/04/2024", "en", "co.uk", date(2024, 4, 3)),
        ("03/04/2024", "en", "in", date(2024, 4, 3)),
        ("03/04/2024", "fr", "com", date(2024, 4, 3)),
        ("03-04-2024", "en", "com", date(2024, 4, 3)),
        ("03.04.2024", "en-us", "com", date(2024, 4, 3)),
        ("03/04/2024 14:02", "en", "com", date(2024, 4, 3)),  # nobody in America prints 14:02
        ("04/19/2024", "de", "de", date(2024, 4, 19)),
        ("19/04/2024", "en-us", "us", date(2024, 4, 19)),
        ("24.04.19", "ja", "jp", date(2024, 4, 19)),
        ("19.04.24", "de", "de", date(2024, 4, 19)),
        ("31.12.99", "de", "de", date(1999, 12, 31)),
        ("2024/04/19", "en-us", "com", date(2024, 4, 19)),
        ("2024.04.19", "ko", "kr", date(2024, 4, 19)),
        ("2020. 06. 04. 11:27", "hu", "hu", datetime(2020, 6, 4, 11, 27)),
        ("2020\\/02\\/24", "en", "ca", date(2020, 2, 24)),
    ],
)
def test_order_of_day_and_month(text: str, lang: str | None, tld: str, value: object) -> None:
    parsed = read(text, lang, tld)
    assert (parsed.date() if isinstance(parsed, datetime) and not isinstance(value, datetime) else parsed) == value


def test_the_sources_own_order_wins_over_language_and_the_other_reading_is_kept() -> None:
    parsed = parse_date("03/04/2024", lang="en-us", tld="com", day_first=True)
    assert parsed
    assert parsed.value == date(2024, 4, 3)
    assert parsed.alternative == date(2024, 3, 4)
    assert certain("13/04/2024", lang="en-us").alternative is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Updated 10 June 2026 Published 9 June 2026", date(2026, 6, 9)),
        ("9 June 2026 (updated 10 June 2026)", date(2026, 6, 9)),
        ("Updated March 13, 2024", date(2024, 3, 13)),
        ("NewsByAnn WriterLive reporter10:04, 3 NOV 2023Bookmark", datetime(2023, 11, 3, 10, 4)),
        ("By Bo Long and Al ShortPublished Nov 8, 2023ShareFacebook", date(2023, 11, 8)),
        ("Madrid-29/05/2025 20:00", datetime(2025, 5, 29, 20, 0)),
        ("Weekly letter (2025-09-21) ::", date(2025, 9, 21)),
        ("12/19 — 2025 by someone", date(2025, 12, 19)),
        ("Posted at 2013-12-30T14:42:01-0700", clock(-420, 2013, 12, 30, 14, 42, 1)),
    ],
)
def test_a_date_wrapped_in_other_words(text: str, value: object) -> None:
    assert read(text, "en", "com") == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "to",
        "may",
        "10",
        "2024",
        "24/7",
        "9/11",
        "3-2",
        "12.5",
        "4-3",
        "10:30",
        "S01E02",
        "1.2K",
        "4 U",
        "7 days",
        "7 de",
        "3 of 5",
        "1h",
        "100M",
        "$19.99",
        "+1 202 555 0123",
        "192.168.10.12",
        "version 1.2.3",
        "you may 5 times",
        "Sunday",
        "30 February 2024",
        "2024-13-45",
        "99999999",
        "1234567890123456789",
        "0000000001",
        "9999999999",
    ],
)
def test_nothing_is_read_where_no_date_stands(text: str) -> None:
    assert read(text, "en", "com") is None


def test_a_wall_clock_gets_the_given_zone_as_assumed_and_nothing_else_changes() -> None:
    summer = certain("03.07.2024 10:00", lang="de", zone="Europe/Berlin")
    assert (summer.value, summer.zone) == (clock(120, 2024, 7, 3, 10, 0), "assumed")
    assert summer.alternative == clock(60, 2024, 3, 7, 10, 0)
    assert certain("13.07.2024 10:00", lang="de", zone="Europe/Berlin").alternative is None
    assert certain("03.07.2024", lang="de", zone="Europe/Berlin").zone == "unknown"
    assert certain("2024-07-03T10:00Z", zone="Europe/Berlin").zone == "stated"
    assert certain("03.07.2024 10:00", lang="de", zone="Nowhere/Town").zone == "unknown"


def test_precision_and_span_are_told() -> None:
    parsed = certain("Published: 19 April 2024, 10:30 by Ann", lang="en")
    assert (parsed.precision, parsed.raw) == ("minute", "19 April 2024, 10:30")
    assert certain("April 2024", lang="en").precision == "month"
    assert certain("2024-04-19T10:30:00Z").precision == "second"
    assert certain("2024-04-19T10:30:00Z").day == date(2024, 4, 19)


def test_a_language_without_a_table_is_read_by_dateparser() -> None:
    assert certain("20 Meurzh 2024", lang="br").value == date(2024, 3, 20)
    assert certain("20 Meurzh 2024 10:30", lang="br").value == datetime(2024, 3, 20, 10, 30)
    assert parse_date("20 Xyzzy 2024", lang="br") is None
    assert parse_date("20 Xyzzy 2024", lang="tlh") is None
    assert parse_date("20 Xyzzy 2024", lang="de") is None


def test_a_failure_of_dateparser_is_no_date(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("inside")

    monkeypatch.setattr("dateparser.parse", fail)
    assert parse_date("20 Meurzh 2024", lang="br") is None


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("20240419 10:30", "en", datetime(2024, 4, 19, 10, 30)),
        ("20240419 10:30 Uhr", "de", datetime(2024, 4, 19, 10, 30)),
        ("20249919 10:30 Uhr", "de", None),
        ("20240419 news", "en", None),
        ("令和元年5月1日", "ja", date(2019, 5, 1)),
        ("2024-04-19 10:00:00 +1599", "en", datetime(2024, 4, 19, 10, 0)),
        ("2024-04-19 10:00:00 +0275", "en", datetime(2024, 4, 19, 10, 0)),
        ("19 April 1403", "en", None),
        ("6 FEB 6", "en", date(2026, 2, 6)),
        ("19 April 2024 10:5", "en", NINETEENTH),
        ("19 April 2024 10:75", "en", NINETEENTH),
        ("19 April 2024 25:00", "en", NINETEENTH),
        ("19 April 2024 15:00 PM", "en", datetime(2024, 4, 19, 15, 0)),
        ("۲۱ فروردین", "fa", None),  # a Solar Hijri day without its year is not guessed
        ("فروردین 2024", "fa", None),
        ("03/04/2024", "xx-us", date(2024, 3, 4)),
        ("today we read what stood here the day before it was written by all the people of the town", "en", None),
        ("9999 years ago", "en", None),
        ("45.67.2024", "de", None),
        ("令和6年13月40日", "ja", None),
        ("113年13月40日", "zh", None),
        ("24年13月40日", "ja", None),
        ("40.13.24", "de", None),
        ("40.10.10", "de", None),
    ],
)
def test_odd_cases(text: str, lang: str, value: object) -> None:
    assert read(text, lang) == value


def test_a_fetch_in_the_first_centuries_has_no_weeks_to_count_back() -> None:
    assert parse_date("9999 weeks ago", lang="en", fetched_at=datetime(1, 2, 3, tzinfo=UTC)) is None


def test_a_naive_fetch_time_is_utc() -> None:
    parsed = parse_date("2 hours ago", lang="en", fetched_at=datetime(2026, 6, 10, 15, 0))
    assert parsed
    assert parsed.value == SEEN - timedelta(hours=2)


@pytest.mark.parametrize(
    ("year", "new_year"),
    [
        (1375, date(1996, 3, 20)),
        (1390, date(2011, 3, 21)),
        (1395, date(2016, 3, 20)),
        (1399, date(2020, 3, 20)),
        (1400, date(2021, 3, 21)),
        (1403, date(2024, 3, 20)),
        (1404, date(2025, 3, 21)),
        (1408, date(2029, 3, 20)),
    ],
)
def test_persian_new_year(year: int, new_year: date) -> None:
    assert persian_day(year, 1, 1) == new_year
    assert persian_day(year, 13, 1) is None


def test_nearest_year_gives_up_after_a_cycle_of_weekdays() -> None:
    assert nearest_year(2, 30, weekday=None, latest=date(2024, 1, 1)) is None


_INSTANTS = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2049, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)
_OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


@given(_INSTANTS, _OFFSETS)
def test_writing_then_reading_gives_the_same_instant(moment: datetime, zone: timezone) -> None:
    aware = moment.replace(tzinfo=zone)
    assert certain(aware.isoformat()).value == aware
    assert certain(aware.strftime("%a, %d %b %Y %H:%M:%S %z")).value == aware
    assert certain(f"Posted {aware:%B %d, %Y %I:%M:%S %p}", lang="en").value == moment
    assert certain(f"{aware:%d.%m.%Y %H:%M}", lang="de").value == moment.replace(second=0)


@settings(max_examples=300)
@given(
    st.text(max_size=80)
    | st.text(alphabet="0123456789 :.-/,年月日TZ+ampmAprJanMay'agohrs٣۴", max_size=60)
    | st.lists(
        st.sampled_from(
            ["12", "2024", "May", "/", ".", ":", "ago", "hours", "Published", "PM", "EST", "令和", "年", "日", "vor"]
        ),
        max_size=14,
    ).map(" ".join),
    st.sampled_from([None, "", "en", "de", "ja", "fa", "xx", "zh-Hant-TW", "tlh"]),
)
def test_reading_never_raises_and_never_invents_a_far_year(text: str, lang: str | None) -> None:
    parsed = parse_date(text, lang=lang, tld="com", fetched_at=SEEN)
    if parsed is not None:
        assert 1800 <= parsed.day.year <= 2100
        assert parsed.raw
