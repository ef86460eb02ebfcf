"""Dates of a page: which claims are found, which of them wins, and why."""
# ruff: noqa: DTZ001 - wall clocks without a zone are what some pages state

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.dates import DateReading, mentions_in, read_dates
from aggregator.document import parse_document
from aggregator.models import Dated, Hint, HintOrigin, SiteRules, Source

SEEN = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
TITLE = "Concert in the old harbour moved to Friday"
BODY = "<p>" + "The hall said so on its own page, and the band agreed. " * 6 + "</p>"


def page(head: str = "", above: str = "", below: str = "", after: str = "", lang: str = "en") -> str:
    return (
        f"<html lang='{lang}'><head><title>{TITLE}</title>{head}</head><body><div id='top'>{above}</div>"
        f"<article><h1>{TITLE}</h1>{below}{BODY}</article>{after}</body></html>"
    )


def read(html: str, url: str = "https://www.example.org/a", **known: Any) -> DateReading:
    known.setdefault("fetched_at", SEEN)
    return read_dates(parse_document(html, url=url), **known)


def published_of(html: str, url: str = "https://www.example.org/a", **known: Any) -> Dated:
    published = read(html, url, **known).published
    assert published is not None
    return published


def day_of(reading: DateReading) -> Dated:
    assert reading.published is not None
    return reading.published


def changed(reading: DateReading) -> Dated:
    assert reading.modified is not None
    return reading.modified


def article(**keys: str) -> str:
    body = ", ".join(f'"{key}": "{value}"' for key, value in keys.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{TITLE}", {body}}}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_json_ld_gives_the_instant_with_its_offset_and_the_losers_are_kept() -> None:
    reading = read(
        page(
            article(datePublished="2024-04-19T10:30:00+05:00", dateModified="2024-04-20T08:00:00+05:00")
            + meta("article:published_time", "2024-04-19T05:30:00Z")
        )
    )
    published = day_of(reading)
    assert published.instant == datetime(2024, 4, 19, 5, 30, tzinfo=UTC)
    assert published.instant.utcoffset() == timedelta(hours=5)
    assert (published.precision, published.zone) == ("second", "stated")
    assert published.origin == "json-ld:NewsArticle.datePublished"
    assert changed(reading).instant == datetime(2024, 4, 20, 3, 0, tzinfo=UTC)
    chosen = [c.origin for c in reading.claims if c.chosen]
    assert chosen == ["json-ld:NewsArticle.datePublished", "json-ld:NewsArticle.dateModified"]
    loser = next(c for c in reading.claims if c.origin == "meta:article:published_time")
    assert loser.reason == "agrees with json-ld:NewsArticle.datePublished"
    assert loser.value == "2024-04-19T05:30:00Z"
    assert "strongest of 3" in reading.reason


@pytest.mark.parametrize(
    ("name", "html", "day", "origin"),
    [
        ("open graph", page(meta("article:published_time", "2024-04-19T10:00:00Z")), date(2024, 4, 19), "meta:"),
        ("dublin core", page('<meta name="DC.date.issued" content="2024-04-19">'), date(2024, 4, 19), "meta:"),
        (
            "microdata",
            page(below='<p><span itemprop="datePublished" content="2024-04-19">Friday</span></p>'),
            date(2024, 4, 19),
            "microdata:",
        ),
        (
            "time near the headline",
            page(below='<p>By Ann <time datetime="2024-04-19T10:00:00Z">a while ago</time></p>'),
            date(2024, 4, 19),
            "text:time",
        ),
        (
            "line below the headline",
            page(below="<p>By Ann Writer | April 19, 2024</p>"),
            date(2024, 4, 19),
            "text:line",
        ),
        ("line above the headline", page(above="<p>19 April 2024</p>"), date(2024, 4, 19), "text:line"),
        (
            "labelled line",
            page(below="<p>Updated 21 April 2024</p><p>Published 19 April 2024</p>"),
            date(2024, 4, 19),
            "text:labelled",
        ),
        (
            "date split over elements",
            page(below="<div><span>19</span> <span>April</span> <span>2024</span></div>"),
            date(2024, 4, 19),
            "text:line",
        ),
        (
            "date after a line break",
            page(below="<p>Some agency<br>19 Apr 2024, 22:11</p>"),
            date(2024, 4, 19),
            "text:line",
        ),
        (
            "script data",
            page('<script>window.state = {"publishedAt":"2024-04-19T10:00:00Z"};</script>'),
            date(2024, 4, 19),
            "script:",
        ),
        (
            "named part far from the headline",
            page(after='<div><div class="post-date">19 April 2024</div></div>'),
            date(2024, 4, 19),
            "",
        ),
        (
            "RDFa",
            page(below='<span property="schema:dateCreated" content="2024-04-19T10:00:00+00:00"></span>'),
            date(2024, 4, 19),
            "microdata:dateCreated",
        ),
        (
            "no headline at all",
            "<html><body><p>Some text</p><p>Posted: 19 April 2024</p></body></html>",
            date(2024, 4, 19),
            "text:anywhere",
        ),
        (
            "today's date in the masthead, the article's under the headline",
            page(above='<p class="date">Fri, 21 June 2024</p>', below="<p>19 Apr 2024, 22:11</p>"),
            date(2024, 4, 19),
            "text:line",
        ),
        (
            "a lead that begins with its date",
            page(
                below="<p>(19.04.2024) " + "Farmers fear the fever. " * 12 + "</p>",
                after="<p>See: Weekly paper, 27.12.2017</p>",
            ),
            date(2024, 4, 19),
            "text:lead",
        ),
        (
            "the byline says more, other stories stand between menu and headline",
            page(
                above="<p>01/02/2019</p><p class='post-meta'>08/08/2017 by Ann Smith, no comments, filed under "
                "theatre, dance and a great many other things</p>"
            ),
            date(2017, 8, 8),
            "text:line",
        ),
        (
            "a time among breadcrumbs, and one of a quoted post",
            page(
                above='<div class="breadcrumbs"><time datetime="2024-04-19T10:00:00Z">19 Apr</time></div>',
                after='<div class="tweet"><time>16 April 2024</time></div>',
            ),
            date(2024, 4, 19),
            "text:time",
        ),
        (
            "only an update",
            page(below='<p class="byline">Last updated: 19 April 2024</p>'),
            date(2024, 4, 19),
            "text:updated",
        ),
        (
            "named part that says it is an update",
            page(below="<p>x</p>" * 40 + '<p class="date">Updated 19 April 2024</p>'),
            date(2024, 4, 19),
            "text:updated",
        ),
        (
            "abbreviation with the date in its title",
            page(below="<p>x</p>" * 40 + '<abbr class="date" title="2024-04-19">long ago</abbr>'),
            date(2024, 4, 19),
            "classed",
        ),
    ],
)
def test_places_that_state_a_date(name: str, html: str, day: date | None, origin: str) -> None:
    published = published_of(html)
    assert published.day == day
    assert published.origin.startswith(origin)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2024/04/19/story", date(2024, 4, 19)),
        ("https://example.org/2024/apr/19/story", date(2024, 4, 19)),
        ("https://example.org/news/2024-04-19-story", date(2024, 4, 19)),
        ("https://example.org/news/story-20240419.html", date(2024, 4, 19)),
        ("https://example.org/19-04-2024/story", date(2024, 4, 19)),
        ("https://example.org/2021/04/92713/story", None),
        ("https://example.org/2024/04/story", None),
        ("https://example.org/id/120240419", None),
        ("https://example.org/2024/xyz/19/story", None),
        ("https://example.org/2024/02/30/story", None),
        ("http://[bad/2024/04/19", None),
    ],
)
def test_date_in_the_address(url: str, day: date | None) -> None:
    published = read(page(), url=url).published
    assert (published.day if published else None) == day


def test_a_month_in_the_address_rules_out_what_readers_see_of_other_months() -> None:
    said = article(datePublished="2019-10-01", dateModified="2019-10-01")
    reading = read(page(said, below="<p class='date'>18 January 2019</p>"), url="https://example.org/2019/10/a-title")
    assert day_of(reading).day == date(2019, 10, 1)
    assert [c.reason for c in reading.claims if c.origin == "url"] == ["no day is stated"]


@pytest.mark.parametrize(
    "html",
    [
        page(after='<div class="related-stories"><p>19 April 2024</p><time datetime="2024-04-19">x</time></div>'),
        page(after='<div class="comments"><p class="comment-date">19 April 2024</p></div>'),
        page(after="<nav><span class='date'>19 April 2024</span></nav>"),
        page(below='<div class="most-read"><ul><li>19 April 2024</li></ul></div>'),
        page(after="<footer><p>Copyright 2024</p></footer>"),
        page(article(datePublished="soon")),
        page(article(datePublished="2031-01-01T00:00:00Z")),
        page(article(datePublished="1970-01-01T00:00:00Z")),
        page(article(datePublished="0001-01-01T00:00:00Z")),
        page(article(datePublished="2024")),
        page(article(datePublished="April 2024")),
        page(after="<p>x</p>" * 140 + "<p>The tunnel stays closed until 2 October 2017 for repairs</p>"),
        page(),
        "",
    ],
)
def test_no_date_is_claimed_that_the_page_does_not_support(html: str) -> None:
    reading = read(html)
    assert reading.published is None
    assert reading.reason.startswith("no usable claim of publication")


def test_refused_claims_say_why() -> None:
    reading = read(page(article(datePublished="2031-01-01T00:00:00Z", dateModified="1970-01-01T00:00:00Z")))
    assert {c.reason for c in reading.claims} == {"after the fetch", "before the first web page"}
    assert "2 refused" in reading.reason


def test_a_day_ahead_of_the_fetch_is_a_skewed_clock_and_no_lie() -> None:
    assert read(page(article(datePublished="2026-06-11T11:00:00Z"))).published is not None
    assert read(page(article(datePublished="2026-06-11"))).published is not None
    assert read(page(article(datePublished="2026-06-12"))).published is None


def test_now_bounds_dates_but_resolves_none() -> None:
    html = page(below="<p>2 hours ago</p>")
    assert read(html, fetched_at=None, now=SEEN).published is None
    assert published_of(html).instant == SEEN - timedelta(hours=2)
    assert read(page(article(datePublished="2031-01-01")), fetched_at=None, now=SEEN).published is None
    assert read(page(article(datePublished="2031-01-01")), fetched_at=None).published is not None


def test_the_update_printed_as_publication_loses_to_an_older_claim() -> None:
    reading = read(
        page(
            article(datePublished="2024-04-25T08:00:00Z", dateModified="2024-04-25T08:00:00Z")
            + meta("article:published_time", "2024-04-19T10:00:00Z")
        )
    )
    assert day_of(reading).day == date(2024, 4, 19)
    assert next(c for c in reading.claims if c.origin.startswith("json-ld")).reason.startswith("corrected by")


def test_an_article_that_was_never_changed_keeps_its_date_though_an_older_story_is_linked() -> None:
    reading = read(
        page(
            article(datePublished="2024-04-25T08:00:00Z", dateModified="2024-04-25T08:00:00Z"),
            below="<p>Published 25 April 2024</p><p>Read the story of 3 March 2023</p>",
        )
    )
    assert day_of(reading).day == date(2024, 4, 25)


def test_two_kinds_of_places_outvote_one() -> None:
    reading = read(
        page(
            article(datePublished="2024-04-17T08:00:00Z") + meta("article:published_time", "2024-04-19T10:00:00"),
            below="<p>19 April 2024</p>",
        )
    )
    assert day_of(reading).day == date(2024, 4, 19)


def test_the_day_of_a_change_outvotes_nothing() -> None:
    reading = read(
        page(
            meta("article:published_time", "2024-04-17T08:00:00Z")
            + meta("article:modified_time", "2024-04-19T08:00:00Z"),
            below="<p>19 April 2024</p>",
        ),
        url="https://example.org/2024/04/19/x",
    )
    assert day_of(reading).day == date(2024, 4, 17)


def test_address_and_readers_outvote_a_tag_that_was_left_behind() -> None:
    """The server's or a sitemap's word for a change on that day does not count against the day in the address."""
    url = "https://example.org/2024/04/19/x"
    html = page(
        meta("parsely-pub-date", "2023-02-01T08:00:00Z"),
        below="<time>19 April 2024 10:30 BST</time><p>1 February 2023</p>",
    )
    changed = {"headers": (("last-modified", "Fri, 19 Apr 2024 09:30:00 GMT"),)}
    assert published_of(html, url, **changed).day == date(2024, 4, 19)
    assert published_of(html, "https://example.org/x", **changed).day == date(2023, 2, 1)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        (
            "en",
            (
                "This entry was posted on Friday, April 19th, 2024 at 10:30 am and is filed under <a href='#'>Music</a>. You can follow "
                "any responses to this entry through the RSS 2.0 feed. You can leave a response, or trackback from your own site."
            ),
        ),
        (
            "de",
            (
                "Dieser Beitrag wurde am Freitag, 19. April 2024 um 10:30 Uhr von Heiner geschrieben und unter Musik, Theater, Film und "
                "vielen anderen Schlagworten abgelegt, die hier der Reihe nach stehen und die niemand liest, weil sie so lang sind."
            ),
        ),
        (
            "fr",
            "Ce contenu a été publié dans Musique, avec comme mots-clés opéra, théâtre, danse, le 19 avril 2024 à 10:30 par Anne.",
        ),
    ],
)
def test_a_long_line_under_the_text_that_tells_of_the_article_itself(lang: str, line: str) -> None:
    assert published_of(page(after=f"<p class='postmetadata'>{line}</p>", lang=lang)).day == date(2024, 4, 19)


def test_a_long_line_that_tells_of_something_else_has_no_date_of_publication() -> None:
    line = (
        "The first album of the band was published on 3 December 2011 and sold, as its makers said later, "
        + "very well " * 5
        + "indeed."
    )
    assert read(page(after=f"<p>{line}</p>")).published is None


def test_of_lines_that_say_published_the_one_in_a_part_named_for_dates_counts() -> None:
    after = "<p>Published on 21 June 2017</p><div class='post-meta'><span>Posted on 19 April 2024</span></div>"
    assert published_of(page(after="<p>x</p>" * 200 + after)).day == date(2024, 4, 19)


def test_data_of_a_script_in_an_attribute() -> None:
    stated = "2024-04-19T09:00:00-05:00"
    data = f"{{&quot;props&quot;: {{&quot;datePublished&quot;: &quot;{stated}&quot;, &quot;x&quot;: 1}}}}"
    published = published_of(page(after=f'<div data-page="{data}"></div>'))
    assert (published.day, published.origin) == (date(2024, 4, 19), "script:datePublished")


@pytest.mark.parametrize(
    ("picture", "day"),
    [
        ("https://x.example/wp-content/uploads/2024/01/a.jpg", date(2024, 1, 4)),
        ("https://x.example/wp-content/uploads/2024/04/a.jpg", date(2024, 4, 1)),
        ("https://x.example/wp-content/uploads/2023/11/a.jpg", date(2024, 4, 1)),
    ],
)
def test_the_folder_of_the_lead_picture_settles_the_order_of_day_and_month(picture: str, day: date) -> None:
    html = page(meta("og:image", picture), below="<p>01-04-2024</p>")
    assert published_of(html, "https://x.co.uk/a").day == day


def test_a_picture_alone_dates_nothing() -> None:
    html = page(meta("og:image", "https://x.example/uploads/2024/01/a.jpg"))
    assert read(html).published is None
    assert read(html).claims == ()


def test_a_publication_days_after_the_change_loses_to_what_readers_see() -> None:
    head = article(datePublished="2025-06-12", dateModified="2025-06-10")
    assert published_of(page(head, below="<p>November 2, 2022</p>"), fetched_at=SEEN.replace(year=2026)).day == date(
        2022, 11, 2
    )
    assert published_of(page(head), fetched_at=SEEN.replace(year=2026)).day == date(2025, 6, 12)


def test_a_dateline_beside_the_headline_counts_whatever_it_is_called() -> None:
    line = "<div class='teaser_text_meta'>Peter Grim / 19.04.2024 / 09:30 / Foto: Press / 23 /</div>"
    assert published_of(page(below=line, lang="de")).day == date(2024, 4, 19)
    assert (
        read(page(below="<div class='teaser_list'><p>Peter Grim / 19.04.2024</p></div>", lang="de")).published is None
    )


def test_a_bare_year_padded_to_new_year_loses_to_a_day_of_that_year() -> None:
    html = page(article(datePublished="2024-01-01"), below="<p>19 April 2024</p>")
    assert published_of(html).day == date(2024, 4, 19)
    assert published_of(page(article(datePublished="2024-01-01"))).day == date(2024, 1, 1)


def test_other_claims_settle_day_and_month() -> None:
    html = page(article(datePublished="03/04/2024"), below="<p>3 April 2024</p>")
    assert published_of(html).day == date(2024, 4, 3)
    timed = page(article(datePublished="03/04/2024 9:00"), below="<p>3 April 2024</p>")
    assert published_of(timed).instant.replace(tzinfo=None) == datetime(2024, 4, 3, 9, 0)
    assert published_of(page(article(datePublished="03/04/2024"))).day == date(2024, 3, 4)


def test_a_day_takes_its_time_from_a_claim_of_the_same_day() -> None:
    reading = read(
        page(below='<p>Somewhere</p><p><time datetime="2024-04-19T10:30:00+02:00">19 April</time></p>'),
        url="https://example.org/2024/04/19/x",
    )
    assert day_of(reading).instant == datetime(2024, 4, 19, 8, 30, tzinfo=UTC)
    assert day_of(reading).precision == "second"


def test_a_padded_midnight_takes_the_time_that_the_page_shows() -> None:
    shown = '<p>Somewhere</p><p><time datetime="2024-04-19T10:30:00+02:00">19 April</time></p>'
    for stated in ("2024-04-19", "2024-04-19T00:00:00"):
        published = published_of(page(article(datePublished=stated), below=shown))
        assert published.instant == datetime(2024, 4, 19, 8, 30, tzinfo=UTC)
        assert published.origin == "json-ld:NewsArticle.datePublished"


@pytest.mark.parametrize(
    ("head", "zone", "offset", "known"),
    [
        ("2024-04-19T10:30:00", None, 0, "unknown"),
        ("2024-04-19T10:30:00", "Europe/Berlin", 120, "assumed"),
        ("2024-01-19T10:30:00", "Europe/Berlin", 60, "assumed"),
        ("2024-04-19T10:30:00+05:30", "Europe/Berlin", 330, "stated"),
        ("2024-04-19T08:30:00Z", "Europe/Berlin", 120, "stated"),
    ],
)
def test_the_sources_zone_serves_only_clocks_without_one(head: str, zone: str | None, offset: int, known: str) -> None:
    source = Source(id="s", name="S", home="https://example.org/", zone=zone)
    published = published_of(page(article(datePublished=head)), source=source)
    assert published.instant.utcoffset() == timedelta(minutes=offset)
    assert published.zone == known
    assert published.instant.hour == 10 or zone is None


def test_a_day_is_midnight_of_the_zone_with_precision_day() -> None:
    source = Source(id="s", name="S", home="https://example.org/", zone="Asia/Karachi")
    published = published_of(page(article(datePublished="2024-04-19")), source=source)
    assert published.instant == datetime(2024, 4, 18, 19, 0, tzinfo=UTC)
    assert (published.precision, published.zone, published.day) == ("day", "assumed", date(2024, 4, 19))
    assert published_of(page(article(datePublished="2024-04-19"))).zone == "unknown"


@pytest.mark.parametrize(
    ("first", "second", "offset"),
    [
        ("2024-04-19T10:30:00", "2024-04-19T10:30:00+02:00", 120),  # the same clock with an offset
        ("2024-04-19T10:30:00", "2024-04-19T08:30:00Z", 120),  # the same moment in UTC
        ("2024-04-19T10:30:00Z", "2024-04-19T10:30:00+02:00", 120),  # local time that says Z
        ("2024-04-19T08:30:00Z", "2024-04-19T10:30:00+02:00", 120),  # one instant, spelt twice
        ("2024-04-19T08:30:00Z", "2024-04-19 10:30:00", 120),
    ],
)
def test_two_claims_prove_the_zone(first: str, second: str, offset: int) -> None:
    published = published_of(page(article(datePublished=first) + meta("article:published_time", second)))
    assert published.instant == datetime(2024, 4, 19, 8, 30, tzinfo=UTC)
    assert published.instant.utcoffset() == timedelta(minutes=offset)
    assert published.zone in ("proven", "stated")


def test_a_clock_borrows_the_offset_of_a_change_close_by_and_not_of_one_in_another_season() -> None:
    near = page(article(datePublished="2024-04-19T10:30:00", dateModified="2024-04-20T11:11:11+02:00"))
    assert (published_of(near).zone, published_of(near).instant.hour) == ("proven", 10)
    far = page(article(datePublished="2024-04-19T10:30:00", dateModified="2025-01-20T11:11:11+01:00"))
    assert published_of(far).zone == "unknown"


def test_a_utc_instant_near_midnight_is_told_on_the_day_that_the_page_prints() -> None:
    head = article(datePublished="2020-12-05T23:15:00Z") + meta("article:published_time", "2020-12-05T23:15:00Z")
    printed = published_of(page(head, below="<p>06 Dicembre 2020</p>", lang="it"), url="https://example.it/a")
    assert (printed.day, printed.instant) == (date(2020, 12, 6), datetime(2020, 12, 5, 23, 15, tzinfo=UTC))
    silent = published_of(page(head, lang="it"), url="https://example.it/a")
    assert silent.day == date(2020, 12, 5)


def test_hints_speak_where_the_page_does_not() -> None:
    def hint(origin: HintOrigin, published: str | None = None, modified: str | None = None) -> Hint:
        url = "https://example.org/a"
        return Hint(origin=origin, origin_url=url, url=url, published=published, modified=modified)

    feed = hint("feed", published="Fri, 19 Apr 2024 10:00:00 +0200")
    sitemap = hint("sitemap", modified="2024-04-20T10:00:00Z")
    reading = read(page(), hints=(sitemap, feed))
    assert (day_of(reading).origin, day_of(reading).day) == ("feed", date(2024, 4, 19))
    assert changed(reading).origin == "sitemap"
    strong = read(page(article(datePublished="2024-04-17T08:00:00Z")), hints=(feed,))
    assert day_of(strong).origin.startswith("json-ld")


def test_the_http_header_is_a_change_at_most() -> None:
    reading = read(page(), headers=(("date", "x"), ("last-modified", "Fri, 19 Apr 2024 10:00:00 GMT")))
    assert reading.published is None
    assert changed(reading).origin == "header:last-modified"


def test_a_change_before_the_publication_is_not_told() -> None:
    reading = read(page(article(datePublished="2024-04-19T10:00:00Z", dateModified="2024-03-01T10:00:00Z")))
    assert day_of(reading).day == date(2024, 4, 19)
    assert reading.modified is None


def test_what_the_source_list_says_comes_first() -> None:
    rules = SiteRules(date=("h6", "p.stand", "((broken", "p.none"), day_first=True)
    source = Source(id="s", name="S", home="https://example.org/", rules=rules, language="en")
    html = page(article(datePublished="2024-05-05"), below='<h6></h6><p class="stand">03/04/2024</p>').replace(
        " lang='en'", ""
    )
    published = published_of(html, source=source)
    assert (published.origin, published.day) == ("rule:p.stand", date(2024, 4, 3))


def test_the_address_tells_the_region_where_the_page_names_only_a_language() -> None:
    html = page(below="<p>02/10/2020</p>")
    assert published_of(html, url="https://www.example.com/en-gb/a").day == date(2020, 10, 2)
    assert published_of(html, url="https://www.example.com/a").day == date(2020, 2, 10)


def test_a_video_of_the_page_and_data_that_disagree_are_weak() -> None:
    video = (
        '<script type="application/ld+json">{"@type": "VideoObject", "name": "x", "uploadDate": "2023-01-02"}</script>'
    )
    assert published_of(page(video)).day == date(2023, 1, 2)
    assert published_of(page(video, below="<p>19 April 2024</p>")).day == date(2024, 4, 19)
    two = page('<script>x={"publishedAt":"2024-04-19T1:00","a":{"publishedAt":"2023-04-19T10:00"}}</script>')
    assert read(two).published is None


def test_a_list_of_articles_is_no_article() -> None:
    items = "".join(f'<div><p itemprop="datePublished" content="2024-04-{d}">x</p></div>' for d in range(10, 30))
    reading = read(page(after=items))
    assert reading.published is None or day_of(reading).confidence < 0.9


def test_doubtful_parts_count_less_than_the_articles_own() -> None:
    html = page(
        after='<aside><time datetime="2026-06-09">x</time></aside><div><time datetime="2024-04-19">x</time></div>'
    )
    assert published_of(html).day == date(2024, 4, 19)


def test_agreement_makes_surer_and_contradiction_less_sure() -> None:
    alone = published_of(page(below="<p>19 April 2024</p>")).confidence
    agreed = published_of(page(below="<p>19 April 2024</p>"), url="https://example.org/2024/04/19/a").confidence
    torn = published_of(page(below="<p>19 April 2024</p><p>17 April 2024</p>")).confidence
    assert torn < alone < agreed <= 0.99


def test_the_pages_own_node_speaks_where_no_article_node_does() -> None:
    node = '[{"@type": "WebPage", "datePublished": 1713522605, "dateModified": "2024-04-20T10:00:00Z"}, {"@type": "WebPage"}]'
    reading = read(page(f'<script type="application/ld+json">{node}</script>'))
    assert day_of(reading).instant == datetime(2024, 4, 19, 10, 30, 5, tzinfo=UTC)
    assert changed(reading).day == date(2024, 4, 20)


def test_an_instant_in_utc_is_not_outvoted_by_the_local_day() -> None:
    head = article(datePublished="2020-02-18T02:18:11Z")
    published = published_of(page(head, below="<p>17 February 2020</p>"), url="https://example.com/2020/02/17/a")
    assert published.instant == datetime(2020, 2, 18, 2, 18, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "html",
    [
        "<html><body><article><h1>Concert in the harbour</h1></article></body></html>",
        "<html><body>19 April</body></html>",
        "<html><head><title>x</title></head></html>",
        "<h1>Concert in the harbour",
        "<html><body><div><select><option>19 April 2024</option></select></div></body></html>",
        "<html><body>" + "<div>" * 40 + "<time datetime='x'></time>" + "</div>" * 40 + "</body></html>",
    ],
)
def test_bare_pages_have_no_date(html: str) -> None:
    assert read(html).published is None


def test_a_date_deep_inside_is_the_pages_own() -> None:
    html = "<html><body>" + "<div>" * 40 + "<p>19 April 2024</p>" + "</div>" * 40 + "</body></html>"
    assert published_of(html).day == date(2024, 4, 19)


def test_words_in_side_bars_count_less_and_pubdate_speaks() -> None:
    html = page(below="<div class='sidebar'><p>3 May 2025</p></div><p>x</p><p>19 April 2024</p>")
    assert published_of(html).day == date(2024, 4, 19)
    assert published_of(page(below="<span pubdate>19 April 2024</span>")).day == date(2024, 4, 19)


def test_a_part_named_for_dates_may_say_it_in_words() -> None:
    far = "<p>x</p>" * 200
    own = published_of(page(below=far, after='<div class="meta-date">19 April 2024</div>'))
    assert (own.origin, own.day) == ("classed", date(2024, 4, 19))
    side = '<div class="sidebar"><b class="date">3 May 2025</b></div>'
    assert published_of(page(below=far, after=f'{side}<p class="date">19 April 2024</p>')).day == date(2024, 4, 19)


def test_long_lists_of_dates_are_cut() -> None:
    many = "".join(f'<div>x<time datetime="2024-04-{d % 28 + 1:02d}">x</time></div>' for d in range(100))
    assert len(read(page(below="<p>x</p>" * 200, after=many)).claims) <= 80
    dates = "".join(f'<div class="date">{d % 28 + 1} April 2024</div>' for d in range(100))
    assert len(read(page(below="<p>x</p>" * 200, after=dates)).claims) <= 12
    parts = "<b class='time'><i>a</i></b>" * 200 + "<div class='date'>" + "<b>1</b>" * 90 + "</div>"
    assert read(page(below="<p>x</p>" * 200, after=parts)).published is None
    data = "<script>" + '{"publishedAt":"2024-04-19T10:00"}' * 100 + "</script>"
    assert read(page(data)).published is None


def test_a_date_inside_a_sentence_is_weaker_than_one_that_stands_alone() -> None:
    sentence = (
        "<p>In the spring of that year, on 3 March 2021, the three of them met by chance in the old harbour hall</p>"
    )
    assert published_of(page(below=f"{sentence}<p>19 April 2024</p>")).day == date(2024, 4, 19)


def test_a_missing_year_is_weaker_than_a_whole_date() -> None:
    assert published_of(page(below="<p>2 hours ago</p><p>19 April 2024</p>")).day == date(2024, 4, 19)
    assert published_of(page(below="<p>Yesterday, 10:30</p><p>19 April 2024</p>")).day == date(2024, 4, 19)
    assert published_of(page(below="<p>June 9</p><p>19 April 2024</p>")).day == date(2024, 4, 19)


def test_the_headline_is_the_heading_that_repeats_the_title() -> None:
    html = page(below="<p>19 April 2024</p>", above="<h1>Some paper</h1><p>10 June 2026</p>")
    assert published_of(html, title=TITLE).day == date(2024, 4, 19)
    bare = "<html><body><h2>Some part of it</h2><h1></h1><h1>A headline</h1><p>19 April 2024</p></body></html>"
    assert published_of(bare).origin == "text:line"


def test_mentions_of_a_text_are_found_by_paragraph() -> None:
    text = "It was revealed on Friday, April 19, that he sings.\n\nNo date here.\n\nSince its premiere on March 7 it leads."
    mentions = mentions_in(text, fetched_at=SEEN)
    assert [(m.day, m.position) for m in mentions] == [(date(2024, 4, 19), 0), (date(2024, 3, 7), 2)]
    assert mentions[0].raw == "Friday, April 19"


def test_mentions_lie_near_the_publication() -> None:
    published = published_of(page(article(datePublished="2024-12-20T10:00:00Z")))
    text = "The show opens on January 5.\n\nIt closed on Monday, December 16.\n\nTickets since May 2024. Born on 3 May 1990."
    days = [m.day for m in mentions_in(text, fetched_at=SEEN, published=published)]
    assert days == [date(2025, 1, 5), date(2024, 12, 16), date(1990, 5, 3)]
    assert [m.day for m in mentions_in(text, fetched_at=None)] == [date(1990, 5, 3)]


def test_mentions_stop_after_forty_paragraphs_and_come_with_the_reading() -> None:
    text = "\n\n".join(["Nothing."] * 40 + ["On 3 May 2020."])
    assert mentions_in(text, fetched_at=SEEN) == ()
    assert read(page(), text="On 3 May 2020 it rained.").mentions[0].day == date(2020, 5, 3)


_SCRAP = st.sampled_from(
    [
        "<h1>Concert</h1>",
        "<time datetime='2024-99-99'>",
        "<time datetime='2024-04-19T25:00'>x</time>",
        "<p>19 April 2024",
        "</p>",
        "<div class='date related'>",
        "</div>",
        "<br>",
        "<aside>",
        '<script>{"publishedAt":"x"}</script>',
        '<script type="application/ld+json">{"@type":"Article","datePublished":["2024-04-19",{"@value":3}]}</script>',
        "<meta property='article:published_time' content='32/13/2024'>",
        "<span itemprop=datePublished>",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01",
    ]
)


@settings(max_examples=150)
@given(st.lists(_SCRAP | st.text(max_size=20), max_size=20).map("".join), st.text(max_size=30))
def test_reading_a_page_never_raises_and_never_gives_a_date_after_the_fetch(html: str, url: str) -> None:
    reading = read(html, url=url, text=html, title=url)
    if reading.published:
        assert day_of(reading).instant <= SEEN + timedelta(days=2)
        assert day_of(reading).day >= date(1990, 12, 20)
        assert sum(c.chosen for c in reading.claims if c.field == "published") == 1


@pytest.mark.parametrize(
    "told",
    [
        "The band released its first record on 5 May 2020 and will play again in the harbour hall, the singer said.",
        "Tickets go on sale on March 12, 2021, and the group expects to add a second evening if the first sells out.",
        "Der Film kommt am 3. März 2022 in die Kinos, und die Regisseurin will bei der Premiere selbst dabei sein.",
    ],
)
def test_a_date_that_a_sentence_tells_of_is_not_the_publication(told: str) -> None:
    assert read(page(below=f"<p>{told}</p>")).published is None


@pytest.mark.parametrize(
    "line", ["LONDON, March 5, 2026 - The hall said on its own page that the band agreed to come.", "March 5, 2026"]
)
def test_a_dateline_is_the_publication(line: str) -> None:
    assert day_of(read(page(below=f"<p>{line}</p>"))).day == date(2026, 3, 5)
