"""What only some articles have: pictures with credits, a review's verdict, the entries of a live blog."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator import extract
from aggregator.dates import moment_of
from aggregator.document import parse_document
from aggregator.extraction import read_entries, read_review
from aggregator.extraction.pictures import split_credit
from aggregator.extraction.reviews import verdict_in
from aggregator.models import Block, Dated, Kind

URL = "https://lanternpost.example/film/the-salt-road"
SENTENCE = "The harbour was quiet when the crew of {} came back, and nobody in the town had expected them so early."


def paragraphs(count: int, of: str = "The Salt Road") -> str:
    return "".join(f"<p>{SENTENCE.format(of)} It is take {number}.</p>" for number in range(count))


def page(body: str, *, title: str = "The Salt Road comes home", data: object = None, head: str = "") -> str:
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if data else ""
    return f"<html><head><title>{title}</title>{head}{script}</head><body><article><h1>{title}</h1>{body}</article></body></html>"


# ------------------------------------------------------------------------------------------------ pictures


@pytest.mark.parametrize(
    ("printed", "caption", "credit"),
    [
        ("The hall at night. Photo: Ana Brandt/Reuters", "The hall at night.", "Ana Brandt/Reuters"),
        ("The hall at night (Photo by Ana Brandt/Getty Images)", "The hall at night", "Ana Brandt/Getty Images"),
        ("The hall at night. (AP Photo/Ana Brandt)", "The hall at night.", "Ana Brandt"),
        ("The hall at night. © Ana Brandt", "The hall at night.", "Ana Brandt"),
        ("Der Saal bei Nacht. Foto: dpa", "Der Saal bei Nacht.", "dpa"),
        ("La salle, de nuit. Crédit photo : AFP", "La salle, de nuit.", "AFP"),
        ("공연장의 밤. 사진: 연합뉴스", "공연장의 밤.", "연합뉴스"),
        ("Courtesy of the harbour museum", None, "the harbour museum"),
        ("A photo by the door of the hall", "A photo by the door of the hall", None),
        ("The hall at night", "The hall at night", None),
        ("", None, None),
    ],
)
def test_credit_is_told_apart_from_the_caption(printed: str, caption: str | None, credit: str | None) -> None:
    assert split_credit(printed) == (caption, credit)


@given(st.text(max_size=200))
def test_no_caption_is_too_strange(text: str) -> None:
    caption, credit = split_credit(text)
    assert all(part is None or part in text or part.strip() in text for part in (caption, credit))


def test_pictures_in_the_text_follow_the_lead_image_with_their_captions_and_credits() -> None:
    figure = "<figure><img src='{}'><figcaption>{}</figcaption></figure>"
    body = (
        figure.format("/lead.jpg", "The crew. Photo: Ana Brandt")
        + paragraphs(3)
        + figure.format("/second.jpg", 'The ship <span class="credit">Piet Lind</span>')
        + paragraphs(3, "Night Ferries")
        + "<aside>"
        + figure.format("/other.jpg", "Another story")
        + "</aside>"
    )
    article = extract(page(body, head='<meta property="og:image" content="/lead.jpg">'), url=URL)
    assert (article.image, article.image_caption, article.image_credit) == (
        "https://lanternpost.example/lead.jpg",
        "The crew.",
        "Ana Brandt",
    )
    shown = [(one.url.rsplit("/", 1)[1], one.caption, one.credit) for one in article.pictures]
    assert shown == [("lead.jpg", "The crew.", "Ana Brandt"), ("second.jpg", "The ship", "Piet Lind")]


def test_credit_of_the_structured_data_comes_first() -> None:
    data = {
        "@type": "NewsArticle",
        "headline": "The Salt Road comes home",
        "image": {
            "url": "/a.jpg",
            "caption": "The crew",
            "creditText": "Ana Brandt",
            "copyrightNotice": "Lantern Post",
        },
    }
    article = extract(page(paragraphs(4), data=data), url=URL)
    assert (article.image_caption, article.image_credit) == ("The crew", "Ana Brandt")


# ------------------------------------------------------------------------------------------------ reviews


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        ("Rating: 3.5/5", (3.5, 5)),
        ("Director: Ana Brandt | Rating: 4/5", (4, 5)),
        ("Our rating: 8/10", (8, 10)),
        ("★★★★☆", (4, 5)),
        ("★★★½", (3.5, 5)),
        ("4 out of 5 stars", (4, 5)),
        ("Four stars out of five", (4, 5)),
        ("Bewertung: 4 von 5 Sternen", (4, 5)),
        ("Note : 3,5/5", (3.5, 5)),
        ("평점: 4.5/5", (4.5, 5)),
        ("Rating: 7/5", None),
        ("Score 3/10/2024", None),
        ("He had come 3/5 of the way", None),
        ("Grade: B+", None),
        ("★", None),
        ("", None),
    ],
)
def test_verdict_of_a_line(line: str, verdict: tuple[float, float] | None) -> None:
    found = verdict_in(line)
    assert (found and (found.rating, found.best)) == verdict


@given(st.text(alphabet="★☆½⭐ 0123456789/.,:ratingoutofstars", max_size=60))
def test_rating_is_never_above_its_scale(line: str) -> None:
    found = verdict_in(line)
    assert found is None or (found.rating or 0) <= (found.best or 0)


@pytest.mark.parametrize(
    ("title", "work"),
    [
        ("‘The Salt Road’ Review: A Long Way Home", "The Salt Road"),
        ("The Salt Road review – sand and tears", "The Salt Road"),
        ("Review: The Salt Road – a long way home", "The Salt Road"),
        ("Crew movie review: three women and a plane", "Crew"),
        ("Kritik: „Der Salzweg“ ist lang", "Der Salzweg"),
        ("Why critics love the sea", None),
        ("A plan under review", None),
        ("How the rules changed: a global review", None),
        ("Minister in der Kritik", None),
        ("Kritik an der Reform wächst", None),
        ("Review and approval of plans", None),
    ],
)
def test_work_that_a_headline_names(title: str, work: str | None) -> None:
    found = read_review(parse_document("<p>x</p>"), title=title, blocks=())
    assert (found and found.work) == work


def test_review_has_work_and_rating_of_its_structured_data() -> None:
    data = {
        "@type": "Review",
        "name": "The Salt Road review",
        "itemReviewed": {"@type": "Movie", "name": "The Salt Road", "aggregateRating": {"ratingValue": 9.9}},
        "reviewRating": {"@type": "Rating", "ratingValue": "3", "bestRating": "6", "worstRating": 1},
    }
    article = extract(page(paragraphs(5), title="The Salt Road review", data=data), url=URL)
    review = article.review
    assert article.kind is Kind.REVIEW
    assert review
    assert (review.work, review.work_type, review.rating, review.best, review.worst) == (
        "The Salt Road",
        "Movie",
        3,
        6,
        1,
    )


def test_review_without_data_has_what_its_title_and_text_say() -> None:
    body = paragraphs(5) + "<p>Rating: 2.5/5</p>"
    review = extract(page(body, title="The Salt Road review: a long way"), url=URL).review
    assert review
    assert (review.work, review.rating, review.best, review.origin) == ("The Salt Road", 2.5, 5, "text")


def test_ratings_by_readers_are_no_verdict() -> None:
    data = {"@type": "Movie", "name": "The Salt Road", "aggregateRating": {"ratingValue": 4.4, "bestRating": 5}}
    assert extract(page(paragraphs(5), data=data), url=URL).review is None


# ------------------------------------------------------------------------------------------------ live blogs

STARTED = Dated(
    instant=datetime(2024, 4, 19, 21, 0, tzinfo=timezone(timedelta(hours=2))),
    precision="minute",
    zone="stated",
    origin="meta",
)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("2024-04-19T21:30:00+02:00", "2024-04-19T19:30:00"),
        ("21:45", "2024-04-19T19:45:00"),
        ("20:40", "2024-04-19T18:40:00"),  # half an hour of grace
        ("00:15", "2024-04-19T22:15:00"),  # behind midnight
        ("11.05 p.m.", "2024-04-19T21:05:00"),
        ("soon", None),
    ],
)
def test_moment_of_an_entry(raw: str, moment: str | None) -> None:
    found = moment_of(raw, near=STARTED, lang="en")
    assert (found and found.instant.astimezone(UTC).isoformat()[:19]) == moment


def test_clock_alone_says_nothing_without_a_day() -> None:
    assert moment_of("21:45", near=None, lang="en") is None


LIVE = {"@type": "LiveBlogPosting", "headline": "Harbour Awards live", "datePublished": "2024-04-19T21:00:00+02:00"}


def entry(number: int) -> str:
    return f"Prize number {number} goes to the crew of the ship that nobody in the hall had thought of before."


def test_entries_of_structured_data_have_titles_times_and_their_part_of_the_text() -> None:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": f"Prize {n}",
            "articleBody": entry(n),
            "datePublished": f"2024-04-19T2{n}:10:00+02:00",
        }
        for n in (1, 2, 3)
    ]
    body = "".join(
        f"<div class='entry'><h2>Prize {n}</h2><p>{entry(n)}</p><p>{SENTENCE.format(n)}</p></div>" for n in (1, 2, 3)
    )
    article = extract(
        page(body, title="Harbour Awards live", data={**LIVE, "liveBlogUpdate": updates}),
        url="https://l.example/awards-live",
    )
    assert article.kind is Kind.LIVE_BLOG
    assert [one.title for one in article.entries] == ["Prize 1", "Prize 2", "Prize 3"]
    assert [one.posted.instant.hour for one in article.entries if one.posted] == [21, 22, 23]
    assert all(entry(n) in one.text for n, one in zip((1, 2, 3), article.entries, strict=True))
    assert "\n\n".join(one.text for one in article.entries) in article.text


@pytest.mark.parametrize(
    "stamp", ["<time datetime='2024-04-19T2{}:10:00+02:00'>now</time>", "<p class='stamp'>2{}:10</p>"]
)
def test_entries_of_a_page_without_updates_have_the_times_that_it_shows(stamp: str) -> None:
    body = "".join(
        f"<div class='entry'>{stamp.format(n)}<p>{entry(n)}</p><p>{SENTENCE.format(n)}</p></div>" for n in (1, 2, 3)
    )
    article = extract(page(body, title="Harbour Awards live", data=LIVE), url="https://l.example/awards-live")
    assert [one.posted.instant.hour for one in article.entries if one.posted] == [21, 22, 23]


def test_two_stamps_are_no_live_blog() -> None:
    assert read_entries(parse_document("<p>x</p>"), ["21:10", SENTENCE, "21:20", SENTENCE]) == ()


def test_live_blog_in_which_no_entries_can_be_told_apart_has_none() -> None:
    article = extract(page(paragraphs(6), title="Harbour Awards live", data=LIVE), url="https://l.example/awards-live")
    assert (article.kind, article.entries) == (Kind.LIVE_BLOG, ())


def test_only_live_blogs_have_entries() -> None:
    assert extract(page(paragraphs(6)), url=URL).entries == ()


def test_review_reads_no_blocks_far_from_the_text() -> None:
    kept = [Block(tag="p", text=SENTENCE)] * 3
    far = [Block(tag="p", text="A line of the footer", keep=False)] * 8
    late = Block(tag="p", text="Rating: 4/5", keep=False)
    assert read_review(parse_document("<p>x</p>"), title="Salt", blocks=(*kept, *far, late)) is None
