"""Posts of networks in the text are quotes: what they say and who said it; and rankings keep their last places."""

import pytest

from aggregator import extract

SENTENCE = (
    "The crew of the Salt Road came home to the harbour on day {}, and nobody in the town had expected them so early."
)
URL = "https://lanternpost.example/film/the-crew-comes-home-1234567"
TWEET = "<blockquote class='twitter-tweet'><p>{}</p>&mdash; {} (@{}) <a href='https://twitter.com/a/status/1'>May 2, 2024</a></blockquote>"


def text_of(body: str, title: str = "The crew comes home") -> list[str]:
    page = f"<html lang=en><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
    return list(extract(page, url=URL).paragraphs)


def prose(start: int, count: int) -> str:
    return "".join(f"<p>{SENTENCE.format(n)}</p>" for n in range(start, start + count))


def test_post_in_the_text_is_a_quote_with_its_author() -> None:
    said = "Home at last. What a crew, what a harbour, what a night!"
    body = prose(0, 3) + TWEET.format(said, "Ann Lee", "annlee") + prose(3, 3)
    found = text_of(body)
    assert found[3:5] == [said, "— Ann Lee (@annlee) May 2, 2024"]
    assert len(found) == 8


def test_posts_at_the_end_of_a_list_article_stay() -> None:
    said = [f"This is the best line number {n} of tonight." for n in (1, 2, 3)]
    posts = "".join(f"<h2>{n}.</h2>" + TWEET.format(line, "Fan", "fan") for n, line in enumerate(said, start=1))
    found = text_of(prose(0, 4) + posts)
    assert [line for line in found if line.startswith("This is the best")] == said


PICTURE = "<blockquote class='instagram-media'><a href='https://i.example/p/1/'>View this post on Instagram</a><p>{}</p></blockquote>"


@pytest.mark.parametrize(
    "post",
    [
        PICTURE.format("A post shared by Ann Lee (@annlee)"),
        "<blockquote class='tiktok-embed'><a href='https://www.tiktok.com/@annlee/video/1'>@annlee</a></blockquote>",
    ],
)
def test_post_without_words_is_left_out(post: str) -> None:
    assert text_of(prose(0, 3) + post + prose(3, 3)) == [SENTENCE.format(n) for n in range(6)]


def test_posts_outside_the_text_are_not_taken() -> None:
    feed = (
        "<div class='sidebar'><h3>On the networks</h3>"
        + TWEET.format("Follow us for more of this tonight.", "Lantern", "lantern")
        + "</div>"
    )
    page = f"<title>The crew comes home</title><body><article><h1>The crew comes home</h1>{prose(0, 6)}</article>{feed}</body>"
    assert "Follow us" not in extract(page, url=URL).text


def test_last_places_of_a_ranking_stay_where_they_have_no_text_of_their_own() -> None:
    told = "".join(f"<h2>{n}. The ship number {n}</h2><p>{SENTENCE.format(n)}</p>" for n in range(1, 6))
    bare = "".join(f"<h2>{n}. The ship number {n}</h2>" for n in range(6, 9))
    found = text_of(prose(20, 2) + told + bare, title="The 8 best ships of the year")
    assert found[-3:] == [f"{n}. The ship number {n}" for n in (6, 7, 8)]


def test_heading_of_nothing_still_goes() -> None:
    assert text_of(prose(0, 5) + "<h2>More from the harbour</h2>")[-1] == SENTENCE.format(4)


CARD = "<li><div class='next'><h2><a href='/story/{0}-of-the-day'>{1} comes to the harbour with a story</a></h2><p>{2}</p></div></li>"


def test_boxes_of_a_linked_headline_and_a_teaser_are_other_stories() -> None:
    cards = "".join(
        CARD.format(n, f"Ship number {n}", f"The ship number {n} has been on its way for years, and we say why.")
        for n in range(4)
    )
    found = text_of(prose(0, 2) + f"<ul>{cards}</ul>")
    assert found == [SENTENCE.format(n) for n in (0, 1)]


def test_list_article_whose_headings_are_links_keeps_its_texts() -> None:
    items = "".join(
        f"<div class='item'><h2><a href='/ship/{n}'>Ship {n}</a></h2><p>{SENTENCE.format(n)}</p></div>"
        for n in range(2, 8)
    )
    found = text_of(prose(0, 2) + items, title="Six ships that came home")
    assert [SENTENCE.format(n) for n in range(8)] == [line for line in found if line.startswith("The crew")]
