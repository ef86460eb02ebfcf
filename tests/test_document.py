"""A page is parsed once into a tree, its meta tags and its JSON-LD, whatever it is made of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.document import MAX_INPUT, Document, main_nodes, parse_document, text_of, types_of

URL = "https://news.example/film/a-story-about-a-film"


def with_json(*blocks: object, head: str = "", url: str = URL) -> Document:
    scripts = "".join(
        f'<script type="application/ld+json">{block if isinstance(block, str) else json.dumps(block)}</script>'
        for block in blocks
    )
    return parse_document(f"<html><head>{head}{scripts}</head><body></body></html>", url=url)


@pytest.mark.parametrize(
    "html",
    [b"", b"  \n", b"\x00\x00", b"<!-- only a comment -->", b"<!DOCTYPE html>", b"</p>", "", b"<?xml version='1.0'?>"],
)
def test_an_input_without_markup_gives_an_empty_root(html: bytes | str) -> None:
    document = parse_document(html)
    assert document.root.tag == "html"
    assert "".join(document.root.itertext()).strip() == ""


def test_comments_and_processing_instructions_are_gone_and_their_neighbours_joined() -> None:
    document = parse_document("<p>one <!-- no -->two <?php no ?>three")
    assert document.root.findtext(".//p") == "one two three"


def test_control_characters_are_dropped_and_stray_c1_codes_become_quotes() -> None:
    document = parse_document("<p>a\x00b\x1b[2J \x93c\x94 &#147;d&#148; &#x92; &#200; &#x1F600;")
    assert document.root.findtext(".//p") == "ab[2J “c” “d” ’ È 😀"


def test_bytes_are_decoded_under_the_header() -> None:
    document = parse_document("<p>Фильм</p>".encode("cp1251"), content_type="text/html; charset=windows-1251")
    assert document.root.findtext(".//p") == "Фильм"
    assert document.encoding == "cp1251"


def test_a_meta_charset_cannot_change_the_encoding_of_text() -> None:
    document = parse_document('<?xml version="1.0" encoding="koi8-r"?><meta charset="koi8-r"><p>Фильм</p>')
    assert document.root.findtext(".//p") == "Фильм"


def test_input_beyond_the_bound_is_not_read() -> None:
    document = parse_document("<p>" + "a" * MAX_INPUT + "</p><h1>late</h1>")
    assert document.root.find(".//h1") is None


def test_deep_nesting_does_no_harm() -> None:
    assert parse_document("<div>" * 30_000 + "x").root.tag == "html"


def test_metas_keep_order_and_answer_by_any_of_their_names() -> None:
    document = parse_document(
        '<meta name="Description" content=" first "><meta property="og:title twitter:title" content="T">'
        '<meta itemprop="datePublished" content="2024"><meta name="empty" content=""><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="5"><meta name="old" value="v">'
    )
    assert [meta.name for meta in document.metas] == [
        "description",
        "og:title",
        "twitter:title",
        "datepublished",
        "empty",
        "refresh",
        "old",
    ]
    assert document.meta("empty", "absent", "twitter:title", "description") == "T"
    assert document.meta("empty") is None


@pytest.mark.parametrize(
    ("href", "address"),
    [
        ("story", "https://news.example/film/story"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        (" /a\n b ", "https://news.example/ab"),
        ("http://[::1", None),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("data:text/html,x", None),
        ("", None),
        ("/" + "a" * 9000, None),
    ],
)
def test_links_become_absolute_web_addresses_or_nothing(href: str, address: str | None) -> None:
    assert parse_document("<p>", url=URL).resolve(href) == address


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("https://other.example/x/", "https://other.example/x/a"),
        ("/y/", "https://news.example/y/a"),
        ("javascript:x", "https://news.example/film/a"),
        ("", "https://news.example/film/a"),
    ],
)
def test_a_base_element_counts_where_it_is_a_web_address(base: str, address: str) -> None:
    assert parse_document(f'<base href="{base}"><p>', url=URL).resolve("a") == address


def test_without_an_address_only_absolute_links_resolve() -> None:
    document = parse_document("<p>")
    assert document.resolve("a") is None
    assert document.resolve("https://a.example/b") == "https://a.example/b"


@pytest.mark.parametrize(
    ("script", "types"),
    [
        ('{"@type":"A"}', ["A"]),
        ('[{"@type":"A"},{"@type":"B"}]', ["A", "B"]),
        ('{"@graph":[{"@type":"A"},[{"@type":"B"}]]}', ["A", "B"]),
        ('{"@type":"P","@graph":{"@type":"A"}}', ["P", "A"]),
        ('{"@type":"A"}{"@type":"B"}', ["A", "B"]),
        ('{"@type":"A"},\n{"@type":"B"};', ["A", "B"]),
        ('{"@type":"A","x":"line\nbreak"}', ["A"]),
        ('{"@type":"A","x":[1,2,],}', ["A"]),
        ('//<![CDATA[\n{"@type":"A"}\n//]]>', ["A"]),
        ('/* <![CDATA[ */{"@type":"A"}/* ]]> */', ["A"]),
        ("{&quot;@type&quot;:&quot;A&quot;}", ["A"]),
        ('{"@type":"A","x":"it\\\'s"}', ["A"]),
        ('{"@type":"A"} garbage', ["A"]),
        ("garbage", []),
        ("", []),
        ('{"name":"no type"}', []),
        ("[" * 100_000, []),
        ('"' + "a" * 2_000_001 + '"', []),
    ],
)
def test_json_ld_is_flattened_and_its_usual_faults_are_mended(script: str, types: list[str]) -> None:
    assert [node["@type"] for node in with_json(script).json_ld] == types


def test_other_scripts_are_not_json_ld() -> None:
    assert (
        parse_document('<script>{"@type":"A"}</script><script type="application/json">{"@type":"A"}</script>').json_ld
        == ()
    )


def test_the_number_of_objects_is_bounded() -> None:
    assert len(with_json([{"@type": "A"}] * 3000).json_ld) == 2000


@pytest.mark.parametrize(
    ("value", "types"),
    [
        ("NewsArticle", {"NewsArticle"}),
        (["http://schema.org/NewsArticle", "https://schema.org/Review/", 3], {"NewsArticle", "Review"}),
        ("schema:Article", {"Article"}),
        (None, set()),
    ],
)
def test_type_names_lose_their_prefix(value: object, types: set[str]) -> None:
    assert types_of({"@type": value}) == types


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  a &amp;\n b ", "a & b"),
        ({"@value": "a"}, "a"),
        ({"name": "a"}, "a"),
        ([None, "", {"name": ["a"]}], "a"),
        ([], None),
        ({}, None),
        (3, None),
        (None, None),
        ("  ", None),
        ([[[[[[[["deep"]]]]]]]], None),
    ],
)
def test_a_value_as_one_line(value: object, text: str | None) -> None:
    assert text_of(value) == text


def names(document: Document) -> list[object]:
    return [node.get("headline") for node in main_nodes(document)]


def test_the_only_article_is_the_page_s_own() -> None:
    assert names(with_json({"@type": "WebPage", "headline": "w"}, {"@type": "NewsArticle", "headline": "a"})) == ["a"]
    assert names(with_json({"@type": "WebPage"})) == []


def test_the_article_inside_a_page_s_main_entity_counts() -> None:
    assert names(with_json({"@type": "WebPage", "mainEntity": {"@type": "Article", "headline": "a"}})) == ["a"]


def test_of_several_articles_the_one_with_the_page_s_address_wins() -> None:
    document = with_json(
        {"@type": "NewsArticle", "headline": "other", "url": "https://news.example/other"},
        {"@type": "NewsArticle", "headline": "own", "mainEntityOfPage": {"@id": URL + "/"}},
    )
    assert names(document) == ["own"]


def test_of_several_articles_the_one_with_the_page_s_title_wins() -> None:
    document = with_json(
        {"@type": "NewsArticle", "headline": "Another story"},
        {"@type": "VideoObject", "headline": "The story"},
        {"@type": "Article", "headline": "The  Story"},
        head='<meta property="og:title" content="The story">',
    )
    assert names(document) == ["The  Story", "The story"]


def test_several_articles_that_agree_with_nothing_are_the_first_and_its_twins() -> None:
    document = with_json(
        {"@type": "Article", "headline": "one"},
        {"@type": "NewsArticle", "headline": "two"},
        {"@type": "Article", "headline": "TWO"},
    )
    assert names(document) == ["two", "TWO"]


def test_addresses_of_home_pages_and_broken_ones_agree_with_nothing() -> None:
    document = with_json(
        {"@type": "Article", "headline": "one", "url": "https://news.example/"},
        {"@type": "Article", "headline": "two", "url": "http://[broken"},
        url="https://news.example/",
    )
    assert names(document) == ["one"]


def test_a_query_tells_articles_of_one_script_apart() -> None:
    document = with_json(
        {"@type": "Article", "headline": "one", "url": "https://news.example/read.php?id=1"},
        {"@type": "Article", "headline": "two", "url": "https://news.example/read.php?id=2"},
        head='<link rel="canonical" href="https://news.example/read.php?id=2"><h1>x</h1>',
        url="https://news.example/read.php?id=2",
    )
    assert names(document) == ["two"]


@given(st.one_of(st.binary(max_size=600), st.text(max_size=600)), st.one_of(st.none(), st.text(max_size=40)))
def test_any_input_gives_a_document(html: bytes | str, url: str | None) -> None:
    document = parse_document(html, url=url)
    assert document.root.tag == "html"
    assert isinstance(main_nodes(document), tuple)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["@type", "@graph", "mainEntity", "url", "@id", "name", "headline"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_ld_is_read_without_an_error(value: object) -> None:
    document = with_json(
        {"@type": "Article", "headline": "x"}, {"@type": ["Article"], "x": value}, json.dumps(value).replace("<", " ")
    )
    for node in main_nodes(document):
        text_of(node.get("headline"))


def test_a_tag_with_thousands_of_attributes_loses_them() -> None:
    """The parser compares each attribute of a tag with all others."""
    crowd = " ".join(f"a{n}=1" for n in range(400_000))
    document = parse_document(f"<html><body><p {crowd}>One</p><p id='two'>Two</p></body></html>")
    assert [(node.text, len(node.attrib)) for node in document.root.iter("p")] == [("One", 0), ("Two", 1)]


def test_long_attributes_stay() -> None:
    data = "x=1&" * 9_000
    document = parse_document(f"<html><body><p data-a='{data}'>One</p>{'<i a=1 b=2>y</i>' * 9_000}</body></html>")
    assert len(next(document.root.iter("p")).get("data-a") or "") == len(data)


@pytest.mark.parametrize("tag", ["div", "b", "div class='x'"])
def test_what_stands_below_thousands_of_levels_is_read(tag: str) -> None:
    document = parse_document(f"<html><body>{f'<{tag}> ' * 100_000}<p>One</p></body></html>")
    assert [node.text for node in document.root.iter("p")] == ["One"]


def test_readings_above_characters_are_no_text() -> None:
    """Ruby as NHK and children's pages have it; the characters themselves stay, and so does what follows."""
    ruby = "<ruby>法律<rp>(</rp><rt>ほうりつ</rt><rp>)</rp></ruby>が<ruby>親<RT class='x'>おや</RT></ruby>を"
    document = parse_document(f"<html><head><title>x</title></head><body><h1>{ruby}</h1></body></html>")
    assert next(document.root.iter("h1")).text_content() == "法律が親を"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("She said <q>no</q>.", "She said “no”."),
        ("<q>It is <b>late</b></q>, he said", "“It is late”, he said"),
        ("<q>„Nein“</q>", "„Nein“"),
        ("<q></q>", "“”"),
    ],
)
def test_quotes_have_the_marks_that_browsers_show(html: str, text: str) -> None:
    assert parse_document(f"<html><body><p>{html}</p></body></html>").root.text_content() == text
