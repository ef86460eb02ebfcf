"""The source list: what a person may write, how mistakes are named, and what ships."""

import json
import re
from contextlib import suppress
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aggregator.sources
from aggregator._project import read_data
from aggregator.errors import SourceListError, UsageError
from aggregator.models import EarlierRules, Hint, SiteRules, Source
from aggregator.sources.edit import add_sources, dump_source, enable_source
from aggregator.sources.filters import address_fits, hint_fits, section_fits
from aggregator.sources.list import Start, ad_hoc_sources, load_sources, read_starts, select_sources, source_table

LIST = """# My sources

[[source]]
id = "quarry"           # short
name = "The Quarry"
home = "https://quarry.example/"
zone = "Europe/London"
feeds = ["https://quarry.example/feed"]
[source.rules]
body = ["div.story > p"]
article_url = ['/news/\\d+']
day_first = true

[[source]]
id = "lowland"
name = "Lowland"
home = "https://lowland.example/"
enabled = false # for now
"""
QUARRY = Source(
    id="quarry",
    name="The Quarry",
    home="https://quarry.example/",
    zone="Europe/London",
    feeds=("https://quarry.example/feed",),
    rules=SiteRules(body=("div.story > p",), article_url=(r"/news/\d+",), day_first=True),
)
LOWLAND = Source(id="lowland", name="Lowland", home="https://lowland.example/", enabled=False)


def test_a_list_is_read() -> None:
    """Sources in the order of the file, with their rules."""
    assert load_sources(LIST, origin="x") == (QUARRY, LOWLAND)
    assert load_sources("", origin="x") == ()


def one(lines: str) -> str:
    return f'[[source]]\nid = "a"\nname = "A"\nhome = "https://a.example/"\n{lines}\n'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = ", "my.toml: the source list is not valid TOML: Invalid value (at end of document)"),
        ("[[source]]\nx = [", "my.toml: the source list is not valid TOML: Invalid value (at end of document)"),
        ("\ncolour = 1", "my.toml, line 2: unknown key 'colour'; sources begin with [[source]]"),
        ("[source]\nid = 'a'", "my.toml, line 1: a source begins with [[source]], in double brackets"),
        ("source = [1]", "my.toml, line 1: a source begins with [[source]], in double brackets"),
        ("\n[[source]]\nname = 'A'", "my.toml, line 2: source number 1 has no 'id'"),
        ("[[source]]\nid = 'a'\nname = 'A'", "my.toml, line 1: source 'a' has no 'home'"),
        (one("feeds = 'x'"), "my.toml, line 5: source 'a': 'feeds' must be a list such as [\"...\"]"),
        (
            one("# feeds\nfeeds = ['ftp://a.example/']"),
            "my.toml, line 6: source 'a': 'feeds' must be an address that begins with http:// or https://, not 'ftp://a.example/'",
        ),
        (
            one("zone = 'Mars'"),
            "my.toml, line 5: source 'a': 'zone' must be a time zone such as Europe/London, not 'Mars'",
        ),
        (
            one("zone = '../etc'"),
            "my.toml, line 5: source 'a': 'zone' must be a time zone such as Europe/London, not '../etc'",
        ),
        (
            one("country = 'uk'"),
            "my.toml, line 5: source 'a': 'country' must be a country of two capital letters such as GB, not 'uk'",
        ),
        (
            one("language = 'english'"),
            "my.toml, line 5: source 'a': 'language' must be a language tag such as en or pt-BR, not 'english'",
        ),
        (one("enabled = 1"), "my.toml, line 5: source 'a': 'enabled' must be true or false"),
        (one("notes = 1"), "my.toml, line 5: source 'a': 'notes' must be text in quotes"),
        (
            one("every = -1"),
            "my.toml, line 5: source 'a': 'every' must be a whole number of seconds, a month (2592000) at most",
        ),
        (
            one("every = true"),
            "my.toml, line 5: source 'a': 'every' must be a whole number of seconds, a month (2592000) at most",
        ),
        (one("rules = 1"), "my.toml, line 5: source 'a': 'rules' must be a table"),
        (
            one("earlier = 1"),
            "my.toml, line 5: source 'a': earlier rules begin with [[source.earlier]], in double brackets",
        ),
        (
            one("[[source.earlier]]\nbody = ['p']"),
            "my.toml, line 5: source 'a', earlier: no 'before', the day from which they hold no more",
        ),
        (
            one("[[source.earlier]]\nbefore = '2024'"),
            "my.toml, line 6: source 'a', earlier: 'before' must be a day such as 2025-03-01, without quotes",
        ),
        (
            one("[source.rules]\ndate = 1"),
            "my.toml, line 6: source 'a', rules: 'date' must be a list such as [\"...\"]",
        ),
        (one("[source.rules]\ntitle = [1]"), "my.toml, line 6: source 'a', rules: 'title' must be text in quotes"),
        (
            one("[source.rules]\nsections = [1]"),
            "my.toml, line 6: source 'a', rules: 'sections' must be text in quotes",
        ),
        (
            one("[source.rules]\nstrip_lines = [1]"),
            "my.toml, line 6: source 'a', rules: 'strip_lines' must be regular expressions of at most 500 characters",
        ),
        (
            one("") + one(""),
            "my.toml, line 7: two sources have the id 'a'",
        ),
        (
            one("").replace('"a"', '"A b"'),
            "my.toml, line 2: source 'A b': 'id' must be lower-case letters, digits and hyphens (at most 63), not 'A b'",
        ),
    ],
)
def test_mistakes_are_named(text: str, sentence: str) -> None:
    """File, line, source and key, and what the key takes."""
    with pytest.raises(SourceListError) as caught:
        load_sources(text, origin="my.toml")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("lines", "beginning"),
    [
        ("fedes = []", "my.toml, line 5: source 'a': unknown key 'fedes' (known: id, name, home"),
        ("[source.rules]\nbdy = []", "my.toml, line 6: source 'a', rules: unknown key 'bdy' (known: title, body"),
        (
            "[source.rules]\nbody = ['div[']",
            "my.toml, line 6: source 'a', rules: 'body' has the CSS selector 'div[', which is not valid: ",
        ),
        (
            "[source.rules]\nbody = ['p::before']",
            "my.toml, line 6: source 'a', rules: 'body' has the CSS selector 'p::before', which is not",
        ),
        (
            "[source.rules]\narticle_url = ['(']",
            "my.toml, line 6: source 'a', rules: 'article_url' has the regular expression '(', which is",
        ),
    ],
)
def test_mistakes_with_details_are_named(lines: str, beginning: str) -> None:
    """The same for messages that a library ends."""
    with pytest.raises(SourceListError) as caught:
        load_sources(one(lines), origin="my.toml")
    assert str(caught.value).startswith(beginning)


@given(st.text(alphabet="[]source=\"'\nidnamehome#.{}, 1", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but SourceListError comes out."""
    with suppress(SourceListError):
        load_sources(text, origin="x")


def test_sources_are_chosen_by_id() -> None:
    """Named ones in the order asked for, enabled or not; else all that are enabled."""
    sources = (QUARRY, LOWLAND)
    assert select_sources(sources, ()) == (QUARRY,)
    assert select_sources(sources, ("lowland", "quarry", "lowland")) == (LOWLAND, QUARRY)
    with pytest.raises(UsageError, match=r"there is no source 'quary' \(did you mean quarry\?\)"):
        select_sources(sources, ("quary",))
    with pytest.raises(UsageError, match="sources list` shows them"):
        select_sources(sources, ("xyz",))


# ------------------------------------------------------------------------------------------------ edits


def test_a_source_that_is_written_is_read_back() -> None:
    """Round trip, with quotes, backslashes, control characters and long lists."""
    source = replace(
        QUARRY,
        notes='He said "no" \\ it\'s \x7f\n',
        every=60,
        follow=True,
        feeds=tuple(f"https://quarry.example/feed/{n}" for n in range(9)),
        rules=replace(QUARRY.rules, article_url=(r"it's\d", r"\d")),
        earlier=(EarlierRules(before=date(2024, 5, 1), rules=SiteRules(body=("div.old",), day_first=False)),),
    )
    read = load_sources(dump_source(source), origin="x")
    assert read == (replace(source, notes=source.notes.strip()),)


def test_source_table_leaves_defaults_out() -> None:
    """What a person would write, no more."""
    assert source_table(LOWLAND) == {
        "id": "lowland",
        "name": "Lowland",
        "home": "https://lowland.example/",
        "enabled": False,
    }


def test_added_sources_go_to_the_end() -> None:
    """Comments and layout stay; an id that is taken is refused."""
    new = replace(LOWLAND, id="new")
    text = add_sources(LIST, (new,), origin="x")
    assert text.startswith(LIST)
    assert load_sources(text, origin="x")[-1] == new
    assert load_sources(add_sources("", (new,), origin="x"), origin="x") == (new,)
    with pytest.raises(SourceListError, match="two sources have the id 'new'"):
        add_sources(text, (new,), origin="x")


def test_switching_changes_one_value() -> None:
    """On and off again is the same text, or one line more; comments stay."""
    on = enable_source(LIST, "lowland", enabled=True, origin="x")
    assert on == LIST.replace("enabled = false # for now", "enabled = true # for now")
    off = enable_source(LIST, "quarry", enabled=False, origin="x")
    assert off == LIST.replace('quarry.example/"\nzone', 'quarry.example/"\nenabled = false\nzone')
    assert enable_source(LIST, "quarry", enabled=True, origin="x") == LIST
    with pytest.raises(UsageError, match="there is no source 'nobody' to change"):
        enable_source(LIST, "nobody", enabled=True, origin="x")


def test_what_cannot_be_edited_safely_is_left_to_a_person() -> None:
    """Lists in an unusual layout are never changed wrongly."""
    inline = 'source = [{id = "a", name = "A", home = "https://a.example/"}]'
    with pytest.raises(SourceListError, match="has to be changed by hand"):
        enable_source(inline, "a", enabled=False, origin="x")


# ------------------------------------------------------------------------------------------------ filters


@pytest.mark.parametrize(
    ("rules", "url", "fits"),
    [
        (SiteRules(), "https://a.example/x", True),
        (SiteRules(article_url=(r"/\d+$",)), "https://a.example/12", True),
        (SiteRules(article_url=(r"/\d+$",)), "https://a.example/x", False),
        (SiteRules(not_article_url=("/x",)), "https://a.example/x", False),
        (SiteRules(article_url=("/x",), not_article_url=("/x/y",)), "https://a.example/x/y", False),
    ],
)
def test_addresses_fit(rules: SiteRules, url: str, fits: bool) -> None:
    """One of the wanted patterns, none of the unwanted."""
    assert address_fits(url, rules) is fits


@pytest.mark.parametrize(
    ("url", "names", "fits"),
    [
        ("https://a.example/arts-entertainment/x", (), True),
        ("https://a.example/x/arts_entertainment/y", ("Politics",), True),
        ("https://a.example/sport/x", ("Sport", "Arts"), False),
        ("https://a.example/sport/x", ("Arts & Entertainment",), True),
        ("https://a.example/sport/x", (None,), None),
        ("https://a.example/%D9%81%D9%86/x", (), True),
        ("https://a.example/arts-entertainment", (), None),
        ("https://[bad/x", (), None),
    ],
)
def test_sections_fit(url: str, names: tuple[str | None, ...], fits: bool | None) -> None:
    """By the path or by names; unknown where nothing tells it."""
    assert section_fits(url, names, SiteRules(sections=("arts-entertainment", "فن"))) is fits


@pytest.mark.parametrize(
    ("tags", "fits"),
    [((), True), (("Film",), True), (("Sport",), False)],
)
def test_hints_fit(tags: tuple[str, ...], fits: bool) -> None:
    """An address whose section is not known yet is worth a request."""
    hint = Hint(origin="feed", origin_url="f", url="https://a.example/1", tags=tags)
    assert hint_fits(hint, SiteRules(sections=("film",))) is fits
    assert hint_fits(hint, SiteRules())


# ------------------------------------------------------------------------------------------------ ad-hoc crawls

HOST = "http://127.0.0.1:8100"


def test_starts_become_sources_of_one_host_each() -> None:
    """Pages, feeds, sitemaps and sites of one host and port together; other addresses kept for the record."""
    lines = [
        {"url": f"{HOST}/1"},
        {"url": f"{HOST}/feed", "kind": "feed"},
        {"url": "https://b.example/sm.xml", "kind": "sitemap"},
        {"url": f"{HOST}/2", "kind": "page"},
        {"url": "https://b.example:443/front", "kind": "site"},
        {"url": "https://b.example/other", "kind": "site"},
        {"url": "http://[::1]/x"},
        {"url": "file:///etc/hostname"},
        {"url": "http://[bad"},
    ]
    text = "\n\n".join(json.dumps(line) for line in lines)
    first, second, third, invalid = ad_hoc_sources(read_starts(text, origin="x"))
    assert (first.id, first.home, first.pages, first.feeds) == (
        "127.0.0.1:8100",
        f"{HOST}/",
        (f"{HOST}/1", f"{HOST}/2"),
        (f"{HOST}/feed",),
    )
    assert (second.id, second.home, second.follow) == ("b.example", "https://b.example:443/front", True)
    assert (second.sitemaps, second.sections) == (("https://b.example/sm.xml",), ("https://b.example/other",))
    assert third.id == "[::1]"
    assert (invalid.id, invalid.pages) == ("invalid-address", ("file:///etc/hostname", "http://[bad"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '{"url": "https://a.example/"}\n{',
            'x, line 2: not a JSON object such as {"url": "https://...", "kind": "page"}',
        ),
        ("[1]", "x, line 1: a start needs an address under 'url'"),
        ('\n{"url": 1}', "x, line 2: a start needs an address under 'url'"),
        ('{"url": "u", "kind": "book"}', "x, line 1: unknown kind 'book'; it is one of page, feed, sitemap, site"),
        ('{"url": "u", "kind": ["page"]}', "x, line 1: unknown kind ['page']; it is one of page, feed, sitemap, site"),
        (" \n", "x: the starts file names no address"),
    ],
)
def test_bad_starts_are_named(text: str, sentence: str) -> None:
    """The first bad line, with its number."""
    with pytest.raises(UsageError) as caught:
        read_starts(text, origin="x")
    assert str(caught.value) == sentence


def test_a_page_is_the_default_start() -> None:
    """Without a kind."""
    assert read_starts('{"url": " https://a.example/ "}', origin="x") == (Start(url="https://a.example/", kind="page"),)


# ------------------------------------------------------------------------------------------------ what ships


def test_the_list_that_ships_is_sound() -> None:
    """It reads; each source has an address with an origin, a language, and a note where it is switched off."""
    sources = load_sources(read_data("sources.toml"), origin="sources.toml")
    assert len(sources) >= 70
    for source in sources:
        assert source.feeds or source.sitemaps, source.id
        assert source.evidence, source.id
        assert source.language, source.id
        assert source.enabled or source.notes.startswith("Switched off"), source.id
    assert {source.id for source in sources if source.rules.body} == {"thenews"}


def test_the_list_that_ships_explains_every_key() -> None:
    """Its head is what a person edits by."""
    head = read_data("sources.toml").partition("\n[[source]]")[0]
    explained = set(re.findall(r"^#   (\w+) = ", head, re.MULTILINE))
    sources = load_sources(read_data("sources.toml"), origin="x")
    used = {key for source in sources for key in (*source_table(source), *source_table(source).get("rules", {}))}
    assert used - {"rules"} <= explained
    assert {f.name for f in fields(SiteRules)} <= explained


def test_every_public_name_is_there() -> None:
    """The package gives what it promises, and nothing else."""
    for name in aggregator.sources.__all__:
        assert getattr(aggregator.sources, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        aggregator.sources.nothing  # noqa: B018


@pytest.mark.parametrize(
    ("day", "body"),
    [
        ("2023-12-31", "first"),
        ("2024-01-01", "second"),
        ("2024-05-31", "second"),
        ("2024-06-01", "now"),
        ("2026-01-01", "now"),
    ],
)
def test_rules_are_those_of_the_day_on_which_a_page_was_fetched(day: str, body: str) -> None:
    """Whatever their order in the list."""
    past = [
        EarlierRules(before=date(*d), rules=SiteRules(body=(name,)))
        for d, name in (((2024, 6, 1), "second"), ((2024, 1, 1), "first"))
    ]
    source = replace(QUARRY, rules=SiteRules(body=("now",)), earlier=tuple(past))
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert source.as_of(moment).rules.body == (body,)
    assert source.as_of(moment + timedelta(hours=23)).rules.body == (body,)
