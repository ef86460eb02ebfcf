"""Reading a page's text as blocks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.document import parse_document
from aggregator.extraction.blocks import read_blocks, tidy
from aggregator.models import Block, SiteRules


def blocks(body: str, rules: SiteRules | None = None) -> tuple[Block, ...]:
    return read_blocks(parse_document(f"<html><body>{body}</body></html>", url="https://example.org/a/b"), rules=rules)


def texts(body: str) -> list[str]:
    return [block.text for block in blocks(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<div>Loose text<p>and a paragraph</p>and a tail</div>", ["Loose text", "and a paragraph", "and a tail"]),
        ("<p>One.<br><br>Two.<br> <br/>Three.</p>", ["One.", "Two.", "Three."]),
        ("<p>One line<br>and its next</p>", ["One line\nand its next"]),
        ("<p>un<b>believ</b>able <i>joy</i>, <a href='/x'>she</a>.</p>", ["unbelievable joy, she."]),
        ("<p>  many \n\t blanks&nbsp;here </p>", ["many blanks here"]),
        ("<p>zero\u200bwidth, so\u00adft, \u202ebidi\u202c</p>", ["zerowidth, soft, bidi"]),
        ("<p>می\u200cخواهم</p>", ["می\u200cخواهم"]),
        ("<script>var a</script><style>b</style><noscript>c</noscript><template>d</template><p>e</p>", ["e"]),
        ("<form><select><option>a</option></select><textarea>b</textarea><p>Real.</p></form>", ["Real."]),
        ("<svg><text>drawn</text></svg><p>Said.</p>", ["Said."]),
        (
            "<button>Share<p>The parser put this paragraph inside.</p>",
            ["Share", "The parser put this paragraph inside."],
        ),
        ("<table><tr><td>1</td><td>Moonlit</td><td> 9.1 </td></tr></table>", ["1 | Moonlit | 9.1"]),
        ("<table><tr><td>alone</td><td></td></tr></table>", ["alone"]),
        ("<table><tr><td><p>Laid out.</p></td><td><p>Beside.</p></td></tr></table>", ["Laid out.", "Beside."]),
        ("<pre>one\ntwo</pre>", ["one\ntwo"]),
        ("<div> \n </div><p></p>", []),
        ("<!-- a -->Text<!-- b --> goes on", ["Text goes on"]),
    ],
)
def test_text(body: str, expected: list[str]) -> None:
    """What a reader sees becomes blocks; what a browser does not show as text is left out."""
    assert texts(body) == expected


@pytest.mark.parametrize(
    ("body", "tag"),
    [
        ("<p>x</p>", "p"),
        ("<h2>x</h2>", "h"),
        ("<ul><li>x</li></ul>", "li"),
        ("<ul><li><p>x</p></li></ul>", "li"),
        ("<dl><dt>x</dt></dl>", "li"),
        ("<blockquote><p>x</p></blockquote>", "quote"),
        ("<figure><img><figcaption>x</figcaption></figure>", "caption"),
        ("<table><tr><td>x</td><td>y</td></tr></table>", "row"),
        ("<pre>x</pre>", "pre"),
    ],
)
def test_tag(body: str, tag: str) -> None:
    """A block says what sort of text it is."""
    assert [block.tag for block in blocks(body)] == [tag]


def test_links_are_absolute_and_counted() -> None:
    """Links carry absolute addresses and their text; what leads nowhere is counted but not listed."""
    (block,) = blocks(
        "<p>See <a href='../c'>this film</a>, <a href='javascript:x()'>that</a> and <a href='https://b.org/d'>more</a>.</p>"
    )
    assert [(link.url, link.text) for link in block.links] == [
        ("https://example.org/c", "this film"),
        ("https://b.org/d", "more"),
    ]
    assert block.link_chars == len("this film") + len("that") + len("more")


def test_a_link_around_blocks_covers_each_of_them() -> None:
    """A card whose link holds a heading and a paragraph gives two linked blocks."""
    card = blocks("<a href='/s'><h3>Headline</h3><p>Teaser</p></a><p>Free</p>")
    assert [(block.text, [link.url for link in block.links]) for block in card] == [
        ("Headline", ["https://example.org/s"]),
        ("Teaser", ["https://example.org/s"]),
        ("Free", []),
    ]


def test_a_link_without_an_end_does_not_swallow_the_next() -> None:
    """A second link closes the first."""
    (block,) = blocks("<p><a href='/1'>one <a href='/2'>two</a></p>")
    assert [link.text for link in block.links] == ["one", "two"]


def test_path_is_innermost_first_with_classes_and_ids() -> None:
    """The path has tag, classes, id, item property and role of each ancestor, from inside out."""
    (block,) = blocks(
        "<article role='main'><div class='Story  detail' id=Body itemprop=articleBody><p>x</p></div></article>"
    )
    assert block.path == ("p", "div.story.detail#body@article-body", "article:main", "body", "html")


def test_path_of_a_wholly_bold_paragraph_begins_with_the_bold() -> None:
    """The innermost element that holds all of the text counts, so that bold lines can be told from paragraphs with a bold word."""
    bold, mixed, two = blocks("<p><b>All of it</b></p><p>Some <b>words</b> only</p><p><b>One</b> and <b>two</b></p>")
    assert (bold.path[0], mixed.path[0], two.path[0]) == ("b", "p", "p")


def test_groups_and_containers() -> None:
    """Items of one list share a group, paragraphs of one container another; `within` begins with the nearest container."""
    one, two, three = blocks("<div><ul><li>a</li><li>b</li></ul><p>c</p></div>")
    assert one.group == two.group != three.group
    assert three.within[0] == three.group
    assert one.within[1] == three.within[0]


@pytest.mark.parametrize(
    "attribute", ["hidden", "style='color:red; display : none'", "style='visibility:hidden'", "aria-hidden='true'"]
)
def test_hidden_parts_are_marked(attribute: str) -> None:
    """What is not shown stays in the list, not kept, with the rule."""
    (block,) = blocks(f"<div {attribute}><p>secret</p></div>")
    assert (block.keep, block.rule) == (False, "hidden")


def test_rules_of_a_site() -> None:
    """A person's selectors name the body and what is never text; a selector that is not valid is passed over."""
    rules = SiteRules(body=("div.story", "p:("), remove=(".promo",))
    found = blocks("<p>Top</p><div class=story><p>Text</p><p class=promo>Buy</p></div>", rules)
    assert [(block.text, block.keep, block.rule) for block in found] == [
        ("Top", False, "site:outside"),
        ("Text", True, "site:body"),
        ("Buy", False, "site:remove"),
    ]


def test_a_body_selector_that_matches_nothing_changes_nothing() -> None:
    """A site that was rebuilt is read as any other."""
    assert [block.rule for block in blocks("<p>Text</p>", SiteRules(body=(".gone",)))] == [""]


def test_structured_data_stand_in_for_an_empty_shell() -> None:
    """Where scripts fill the page, the paragraphs of its articleBody are the text; a page with text of its own does not need them."""
    body = (
        "First paragraph of the story, long enough to count.\\n\\n<b>Second</b> paragraph &amp; more. "
        + "It goes on. " * 12
    )
    data = f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "x", "articleBody": "{body}"}}</script>'
    found = blocks(f"{data}<div id=root></div>")
    assert found[0].text == "First paragraph of the story, long enough to count."
    assert found[1].text.startswith("Second paragraph & more.")
    assert {block.rule for block in found} == {"json-ld"}
    assert {block.rule for block in blocks(f"{data}<p>{'The page itself speaks. ' * 30}</p>")} == {""}


def test_a_very_deep_page_is_read() -> None:
    """Depth costs no recursion: 400 levels are read, 100,000 end without a crash."""
    assert texts("<div>" * 400 + "<p>Deep down.</p>")[-1:] == ["Deep down."]
    blocks("<div>" * 100_000 + "<p>Deep down.</p>")


def test_a_data_address_of_megabytes_does_no_harm() -> None:
    """The text after a 6 MB image inside an attribute is read."""
    assert texts(f"<img src='data:image/png;base64,{'A' * 6_000_000}'><p>After the picture.</p>") == [
        "After the picture."
    ]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/=\"'abdiprtul &;#x1f\n\u200b-!", max_size=200))
def test_any_markup_gives_tidy_blocks(markup: str) -> None:
    """Whatever the markup, no block is empty, has blanks at its ends or more linked characters than text."""
    for block in blocks(markup):
        assert block.text
        assert block.text == block.text.strip()
        assert 0 <= block.link_chars <= len(block.text)


@given(st.text(st.characters(exclude_characters="\x1f")))
def test_tidying_twice_changes_nothing(text: str) -> None:
    """White space is normalised once and for all."""
    assert tidy(tidy(text)) == tidy(text)


def test_a_menu_is_not_read_but_text_that_fell_into_it_is() -> None:
    """A `nav` of links is left out; one that an unclosed tag let swallow paragraphs is read."""
    assert texts("<nav><ul><li><a href=/a>Film</a></li></ul></nav><p>Text.</p>") == ["Text."]
    assert texts("<nav><a href=/a>Film</a><p>Text.</p></nav>") == ["Film", "Text."]


@pytest.mark.parametrize(
    "href",
    [
        "/",
        "/a",
        "/a/b.html",
        "/a//b",
        "/a/../b",
        "/./a",
        "/.a",
        "//other.example/a",
        "/a b",
        "/a?x=1",
        "/a#b",
        "/ä/ö",
        "/a/",
        "/" + "a" * 5000 + "!",
    ],
)
def test_an_address_from_the_root_is_resolved_like_any_other(href: str) -> None:
    """The short way for plain addresses gives what resolving gives."""
    document = parse_document(f'<p><a href="{href}">A story of the harbour</a></p>', url="https://example.org/x/y?z=1")
    links = [link.url for block in read_blocks(document) for link in block.links]
    assert links == [url for url in [document.resolve(href)] if url]


def test_page_without_a_body_tag_is_read_where_the_parser_leaves_it_in_the_head() -> None:
    assert texts("<title>T</title><article><p>One.</p><p>Two.</p></article>") == ["One.", "Two."]
    assert texts("<head><title>T</title><noscript><p>Scripts!</p></noscript></head><body><p>One.</p>") == ["One."]
