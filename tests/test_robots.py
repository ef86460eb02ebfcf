"""What a robots.txt allows, case by case.

The cases are those of RFC 9309 and of Google's published test suite for its own reader, by their names there, as far as they are about
answers: two of its 21 test functions of its internals, and one which user agents are well-formed. Where the two disagree, RFC 9309 counts,
and the case says so.
"""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.middlewares.robots import LONGEST_DELAY, read_robots

HOST = "http://foo.bar"
_FISH = ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/yummy.html", "/fish.html?id=anything"]
_NO_FISH = ["/", "/Fish.asp", "/catfish", "/?id=fish"]
_PHP = [
    "/filename.php",
    "/folder/filename.php",
    "/folder/filename.php?parameters",
    "/folder/any.php.file.html",
    "/filename.php/",
]
_GROUPS = """allow: /foo/bar/

user-agent: FooBot
disallow: /
allow: /x/
user-agent: BarBot
disallow: /
allow: /y/


allow: /w/
user-agent: BazBot

user-agent: FooBot
allow: /z/
disallow: /
"""

# (name, robots.txt, user agent, allowed paths, forbidden paths)
CASES: list[tuple[str, str, str, list[str], list[str]]] = [
    ("SystemTest: empty", "", "FooBot", ["/", "/x"], []),
    ("SystemTest: an agent of its own", "user-agent: FooBot\ndisallow: /\n", "FooBot", [], ["/", "/x"]),
    ("LineSyntax_Line", "user-agent: FooBot\ndisallow: /\n", "FooBot", [], ["/x/y"]),
    ("LineSyntax_Line: unknown keys", "foo: FooBot\nbar: /\n", "FooBot", ["/x/y"], []),
    ("LineSyntax_Line: no colon", "user-agent FooBot\ndisallow /\n", "FooBot", [], ["/x/y"]),
    ("LineSyntax_Groups: FooBot", _GROUPS, "FooBot", ["/x/b", "/z/d"], ["/y/c", "/foo/bar/"]),
    ("LineSyntax_Groups: BarBot", _GROUPS, "BarBot", ["/y/c", "/w/a"], ["/z/d", "/foo/bar/"]),
    ("LineSyntax_Groups: BazBot", _GROUPS, "BazBot", ["/z/d"], ["/foo/bar/"]),
    *(
        (f"Groups_OtherRules: {line}", f"User-agent: BarBot\n{line}\nUser-agent: *\nDisallow: /\n", agent, [], ["/"])
        for line in ("Sitemap: https://foo.bar/sitemap", "Invalid-Unknown-Line: unknown")
        for agent in ("FooBot", "BarBot")
    ),
    *(
        (
            f"REPLineNamesCaseInsensitive: {one}",
            f"{one}: FooBot\n{two}: /x/\n{three}: /\n",
            "FooBot",
            ["/x/y"],
            ["/a/b"],
        )
        for one, two, three in (
            ("USER-AGENT", "ALLOW", "DISALLOW"),
            ("user-agent", "allow", "disallow"),
            ("uSeR-aGeNt", "AlLoW", "dIsAlLoW"),
        )
    ),
    *(
        (
            f"UserAgentValueCaseInsensitive: {said}, {agent}",
            f"User-Agent: {said}\nAllow: /x/\nDisallow: /\n",
            agent,
            ["/x/y"],
            ["/a/b"],
        )
        for said in ("FOO BAR", "foo bar", "FoO bAr")
        for agent in ("Foo", "foo")
    ),
    (
        "AcceptUserAgentUpToFirstSpace",
        "User-Agent: *\nDisallow: /\nUser-Agent: Foo Bar\nAllow: /x/\nDisallow: /\n",
        "Foo",
        ["/x/y"],
        ["/a/b"],
    ),
    (
        "GlobalGroups_Secondary: its own",
        "user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /\n",
        "FooBot",
        [],
        ["/x/y"],
    ),
    (
        "GlobalGroups_Secondary: all",
        "user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /\n",
        "BarBot",
        ["/x/y"],
        [],
    ),
    (
        "GlobalGroups_Secondary: none",
        "user-agent: FooBot\nallow: /\nuser-agent: BarBot\ndisallow: /\nuser-agent: BazBot\ndisallow: /\n",
        "QuxBot",
        ["/x/y"],
        [],
    ),
    ("Value_CaseSensitive", "user-agent: FooBot\ndisallow: /x/\n", "FooBot", ["/X/y"], ["/x/y"]),
    ("Value_CaseSensitive: upper", "user-agent: FooBot\ndisallow: /X/\n", "FooBot", ["/x/y"], ["/X/y"]),
    (
        "LongestMatch: disallow",
        "user-agent: FooBot\ndisallow: /x/page.html\nallow: /x/\n",
        "FooBot",
        ["/x/"],
        ["/x/page.html"],
    ),
    (
        "LongestMatch: allow",
        "user-agent: FooBot\nallow: /x/page.html\ndisallow: /x/\n",
        "FooBot",
        ["/x/page.html"],
        ["/x/"],
    ),
    ("LongestMatch: empty values", "user-agent: FooBot\ndisallow: \nallow: \n", "FooBot", ["/x/page.html"], []),
    ("LongestMatch: a tie allows", "user-agent: FooBot\ndisallow: /\nallow: /\n", "FooBot", ["/x/page.html"], []),
    ("LongestMatch: slash", "user-agent: FooBot\ndisallow: /x\nallow: /x/\n", "FooBot", ["/x/"], ["/x"]),
    (
        "LongestMatch: the same",
        "user-agent: FooBot\ndisallow: /x/page.html\nallow: /x/page.html\n",
        "FooBot",
        ["/x/page.html"],
        [],
    ),
    (
        "LongestMatch: wildcard",
        "user-agent: FooBot\nallow: /page\ndisallow: /*.html\n",
        "FooBot",
        ["/page"],
        ["/page.html"],
    ),
    (
        "LongestMatch: long prefix",
        "user-agent: FooBot\nallow: /x/page.\ndisallow: /*.html\n",
        "FooBot",
        ["/x/page.html"],
        ["/x/y.html"],
    ),
    (
        "LongestMatch: its own group only",
        "user-agent: *\ndisallow: /x/\nuser-agent: FooBot\ndisallow: /y/\n",
        "FooBot",
        ["/x/page"],
        ["/y/page"],
    ),
    (
        "Encoding: query",
        "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar?qux=taz&baz=http://foo.bar?tar&par\n",
        "FooBot",
        ["/foo/bar?qux=taz&baz=http://foo.bar?tar&par"],
        ["/foo/bar?qux=taz"],
    ),
    (
        "Encoding: raw",
        "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/ツ\n",
        "FooBot",
        ["/foo/bar/%E3%83%84"],
        ["/foo/bar/"],
    ),
    (
        "Encoding: escaped",
        "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/%E3%83%84\n",
        "FooBot",
        ["/foo/bar/%E3%83%84"],
        ["/foo/bar/"],
    ),
    # Google compares the letters as written; RFC 9309 section 2.2.2 decodes what needs no escape.
    (
        "Encoding: RFC",
        "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/%62%61%7A\n",
        "FooBot",
        ["/foo/bar/baz", "/foo/bar/%62%61%7A"],
        [],
    ),
    (
        "SpecialCharacters: star",
        "User-agent: FooBot\nDisallow: /foo/bar/quz\nAllow: /foo/*/qux\n",
        "FooBot",
        ["/foo/quz", "/foo//quz", "/foo/bax/quz"],
        ["/foo/bar/quz"],
    ),
    (
        "SpecialCharacters: end",
        "User-agent: FooBot\nDisallow: /foo/bar$\nAllow: /foo/bar/qux\n",
        "FooBot",
        ["/foo/bar/qux", "/foo/bar/", "/foo/bar/baz"],
        ["/foo/bar"],
    ),
    (
        "SpecialCharacters: comment",
        "User-agent: FooBot\n# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /\n",
        "FooBot",
        ["/foo/bar"],
        ["/foo/quz"],
    ),
    ("DocumentationChecks: /fish", "user-agent: FooBot\ndisallow: /\nallow: /fish\n", "FooBot", _FISH, _NO_FISH),
    ("DocumentationChecks: /fish*", "user-agent: FooBot\ndisallow: /\nallow: /fish*\n", "FooBot", _FISH, _NO_FISH),
    (
        "DocumentationChecks: /fish/",
        "user-agent: FooBot\ndisallow: /\nallow: /fish/\n",
        "FooBot",
        ["/fish/", "/fish/salmon", "/fish/?salmon", "/fish/salmon.html", "/fish/?id=anything"],
        ["/fish", "/fish.html", "/Fish/Salmon.html"],
    ),
    (
        "DocumentationChecks: /*.php",
        "user-agent: FooBot\ndisallow: /\nallow: /*.php\n",
        "FooBot",
        _PHP,
        ["/", "/windows.PHP"],
    ),
    (
        "DocumentationChecks: /*.php$",
        "user-agent: FooBot\ndisallow: /\nallow: /*.php$\n",
        "FooBot",
        _PHP[:2],
        ["/filename.php?parameters", "/filename.php/", "/filename.php5", "/php/", "/windows.PHP", "/filename?php"],
    ),
    (
        "DocumentationChecks: /fish*.php",
        "user-agent: FooBot\ndisallow: /\nallow: /fish*.php\n",
        "FooBot",
        ["/fish.php", "/fishheads/catfish.php?parameters"],
        ["/Fish.PHP"],
    ),
    ("DocumentationChecks: order 1", "user-agent: FooBot\nallow: /p\ndisallow: /\n", "FooBot", ["/page"], ["/"]),
    (
        "DocumentationChecks: order 2",
        "user-agent: FooBot\nallow: /folder\ndisallow: /folder\n",
        "FooBot",
        ["/folder/page"],
        [],
    ),
    (
        "DocumentationChecks: order 3",
        "user-agent: FooBot\nallow: /page\ndisallow: /*.htm\n",
        "FooBot",
        ["/page"],
        ["/page.htm"],
    ),
    ("DocumentationChecks: order 4", "user-agent: FooBot\nallow: /$\ndisallow: /\n", "FooBot", ["/"], ["/page.html"]),
    *(
        (
            f"LinesNumbers: {end!r}",
            end.join(("User-Agent: foo", "Allow: /some/path", "User-Agent: bar", "", "", "Disallow: /")),
            "bar",
            [],
            ["/"],
        )
        for end in ("\n", "\r\n", "\r")
    ),
    ("UTF8ByteOrderMarkIsSkipped", "\ufeffUser-Agent: foo\nDisallow: /\n", "foo", [], ["/"]),
    (
        "NonStandardLineExample_Sitemap",
        "Sitemap: http://foo.bar/s.xml\nUser-Agent: foo\nDisallow: /\n",
        "foo",
        [],
        ["/"],
    ),
    (
        "RFC 2.2.1: groups of one agent are one",
        "User-Agent: foo\nDisallow: /a\n\nUser-Agent: foo\nDisallow: /b\n",
        "foo",
        ["/c"],
        ["/a", "/b"],
    ),
    ("RFC 2.2.2: robots.txt itself", "User-Agent: *\nDisallow: /\n", "foo", ["/robots.txt"], ["/"]),
    ("RFC 2.2.1: a version behind the token", "User-Agent: foo/2.0\nDisallow: /\n", "foo", [], ["/"]),
    (
        "RFC 2.2.4: other records",
        "User-Agent: foo\nNoindex: /x\nUser-Agent: bar\nClean-param: a /\nDisallow: /\n",
        "foo",
        [],
        ["/"],
    ),
    ("a misspelt key", "User-Agent: foo\nDissallow: /\n", "foo", [], ["/"]),
    ("a key with a blank", "User Agent: foo\nDisallow : /\n", "foo", [], ["/"]),
    ("no token at all", "User-Agent: /\nDisallow: /\n", "foo", ["/"], []),
]


def _answers() -> Iterator[tuple[str, str, str, str, bool]]:
    for name, text, agent, allowed, forbidden in CASES:
        yield from ((name, text, agent, path, True) for path in allowed)
        yield from ((name, text, agent, path, False) for path in forbidden)


@pytest.mark.parametrize(
    ("name", "text", "agent", "path", "allowed"), list(_answers()), ids=lambda value: str(value)[:40]
)
def test_a_robots_txt_allows_what_it_says(name: str, text: str, agent: str, path: str, allowed: bool) -> None:
    """The answer about one path, as the standard has it."""
    assert read_robots(200, text.encode()).allows(HOST + path, agent) == allowed, name


_LINE = st.tuples(
    st.sampled_from(["user-agent", "Disallow", "ALLOW", "crawl-delay", "sitemap", "x", ""]),
    st.sampled_from([":", " : ", ""]),
    st.text(max_size=12),
)


@given(
    st.one_of(
        st.binary(max_size=400),
        st.lists(_LINE.map("".join), max_size=12).map(lambda lines: "\n".join(lines).encode("utf-8", "replace")),
    )
)
def test_reading_never_raises(body: bytes) -> None:
    """Whatever stands in a robots.txt, there is an answer."""
    rules = read_robots(200, body)
    assert rules.allows(f"{HOST}/x", "news-aggregator") in (True, False)
    assert 0 <= rules.delay("news-aggregator") <= LONGEST_DELAY


def test_a_sitemap_line_without_its_colon_is_read_all_the_same() -> None:
    text = b"User-agent: *\nDisallow: /a\nSitemap https://foo.bar/sitemap.xml\nSitemap: https://foo.bar/two.xml\n"
    assert read_robots(200, text).sitemaps == ("https://foo.bar/sitemap.xml", "https://foo.bar/two.xml")
