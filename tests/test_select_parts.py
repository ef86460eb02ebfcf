"""Captions, comments and other stories' cards among the paragraphs."""

import pytest

from aggregator.document import parse_document
from aggregator.extraction import read_blocks, select
from aggregator.extraction.apart import apart_rule, drop_apart
from aggregator.extraction.features import Measured
from aggregator.models import Block

from .test_select import PROSE, TITLE

CAPTION = "Odalys Ferrant leaves the studio in the old harbour with her two musicians."


def blocks_of(inner: str) -> tuple[Block, ...]:
    return read_blocks(parse_document(f"<html><body><main><h1>{TITLE}</h1>{inner}</main></body></html>"))


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def set_apart(inner: str) -> list[tuple[str, str]]:
    blocks = blocks_of(inner)
    keep = [True] * len(blocks)
    drop_apart(Measured(blocks, title=TITLE, description=None, article_body=None), keep)
    return [(apart_rule(block), block.text) for block, kept in zip(blocks, keep, strict=True) if not kept]


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<figure><img src=a.jpg><figcaption>{}</figcaption></figure>", True),
        ("<figure><img src=a.jpg><figcaption><p>{}</p></figcaption></figure>", True),
        ('<div class="wp-caption"><img src=a.jpg><p class="wp-caption-text">{}</p></div>', True),
        ('<ul><li><p class="slide-caption">{}</p></li></ul>', True),
        ('<div class="caption-full">{}</div>', True),
        ('<p class="captions-off">{}</p>', False),
        ("<p>{}</p>", False),
    ],
)
def test_a_block_in_an_element_for_captions_is_a_caption(markup: str, found: bool) -> None:
    inner = paragraphs(PROSE[:2]) + markup.format(CAPTION) + paragraphs(PROSE[2:])
    assert set_apart(inner) == ([("caption", CAPTION)] if found else [])


@pytest.mark.parametrize("start", ["Figure 2. ", "Fig. 3: ", "Abbildung 1 ", "Table 4: "])
def test_a_numbered_figure_is_read_with_the_text(start: str) -> None:
    assert set_apart(f"{paragraphs(PROSE)}<figure><figcaption>{start}{CAPTION}</figcaption></figure>") == []


def test_an_article_that_is_told_in_captions_keeps_them() -> None:
    slides = "".join(f"<figure><img src=a.jpg><figcaption>{text}</figcaption></figure>" for text in PROSE)
    assert set_apart(f"<p>{PROSE[0]}</p>{slides}") == []


@pytest.mark.parametrize(
    ("box", "found"),
    [
        ('<div id="comment_entries"><div class=letter>{}</div></div>', True),
        ('<section class="comments-list">{}</section>', True),
        ('<div class="comments-open">{}</div>', False),
        ('<div class="commentary">{}</div>', False),
    ],
)
def test_a_text_in_a_container_of_comments_is_a_comment(box: str, found: bool) -> None:
    comment = "I have seen her in the old theatre nine years ago, and I shall queue for this one too."
    inner = paragraphs(PROSE) + box.format(f"<p>{comment}</p>")
    assert set_apart(inner) == ([("class:comment", comment)] if found else [])


def test_comments_that_are_the_whole_text_are_no_comments() -> None:
    assert set_apart(f"<div class=comments>{paragraphs(PROSE)}</div>") == []


@pytest.mark.parametrize("between", ["", "<ul><li class=card-date>Sep 25, 2020</li></ul>"])
def test_cards_of_other_stories_are_not_the_texts_end(between: str) -> None:
    cards = "".join(
        f"""<article class="card summary" id="card-{number}"><div class=card-body><a class=label href=/n>National</a>
        <h3><a href=/a{i}>The {name} opens its season with a play about the sea</a></h3>{between}
        <div class=card-lead><p>The house on the river had been closed for {name} months, and its director says that
        all seats of the first week are sold.</p></div></div></article>"""
        for i, (number, name) in enumerate((("09d48d38", "Globe"), ("7be1c2aa", "Lyric"), ("c0ffee11", "Odeon")))
    )
    chosen = select(blocks_of(paragraphs(PROSE) + f"<div>{cards}</div>"), title=TITLE, description=None)
    assert [block.text for block in chosen if block.keep] == PROSE
