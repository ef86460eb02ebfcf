"""Addresses: one form for one article, never one form for two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Reason, SiteRules
from aggregator.urls import (
    canonical_url,
    could_be_trap,
    fetchable,
    host_of,
    looks_like_article,
    path_depth,
    registered_domain,
    repeats_path,
    same_site,
    tidy_url,
    url_key,
)

ARTICLE = "https://www.stage-post.com/2026/03/14/ruby-tide-review-cast"
HTML = "https://www.stage-post.com/film/story/ruby-tide-opens-late-104233.html"

SAME = [
    (ARTICLE, "http://stage-post.com/2026/03/14/ruby-tide-review-cast/"),
    (ARTICLE, " HTTPS://WWW.Stage-Post.COM.:443/2026/03/14/ruby-tide-review-cast\n"),
    (ARTICLE, "https://kim:secret@www.stage-post.com/2026/03/14/ruby-tide-review-cast"),
    (ARTICLE, "https:\\\\www.stage-post.com\\2026\\03\\14\\ruby-tide-review-cast"),
    (ARTICLE, "//www.stage-post.com/2026/03/14/ruby-tide-review-cast"),
    (ARTICLE, "https:////www.stage-post.com//2026/03/./x/../14/ruby-tide-review-cast"),
    (ARTICLE, ARTICLE + "?utm_source=rss&fbclid=Iw0&ref=home&at_medium=RSS#comments"),
    (ARTICLE, ARTICLE + "?utm_source=a&amp;utm_medium=b"),
    (ARTICLE, ARTICLE + "?&"),
    (ARTICLE, ARTICLE + "?sid=rss&source=twitter"),
    (ARTICLE, ARTICLE + "/amp/"),
    (ARTICLE, ARTICLE + "?amp"),
    (ARTICLE, ARTICLE + "?outputType=amp"),
    (ARTICLE, ARTICLE + "/print"),
    (ARTICLE, ARTICLE + "?page=all&showComments=true"),
    (ARTICLE, "https://m.stage-post.com/2026/03/14/ruby-tide-review-cast"),
    (ARTICLE, "https://amp.stage-post.com/2026/03/14/ruby-tide-review-cast"),
    (ARTICLE, "https://www.stage-post.com/amp/2026/03/14/ruby-tide-review-cast"),
    (ARTICLE, ARTICLE + ";jsessionid=1A2B"),
    (ARTICLE, ARTICLE + "?PHPSESSID=0a1b2c3d4e5f"),
    (ARTICLE, ARTICLE + "#utm_source=rss"),
    (HTML, HTML.replace(".html", ".amp.html")),
    (HTML, HTML + ".amp"),
    (ARTICLE, ARTICLE + ".amp"),
    (ARTICLE, ARTICLE + "?m=1&sid=0123456789abcdef0123"),
    (ARTICLE, "https://www.m.stage-post.com/2026/03/14/ruby-tide-review-cast"),
    (
        ARTICLE,
        "https://out.reddit.com/redirect?url=https%3A%2F%2Fstage-post.com%2F2026%2F03%2F14%2Fruby-tide-review-cast",
    ),
    (
        ARTICLE,
        "https://www.google.com/url?sa=t&q=https%3A%2F%2Fwww.stage-post.com%2F2026%2F03%2F14%2Fruby-tide-review-cast",
    ),
    (
        ARTICLE,
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fstage-post.com%2F2026%2F03%2F14%2Fruby-tide-review-cast%3Ffbclid%3D1",
    ),
    (ARTICLE, "https://www-stage--post-com.cdn.ampproject.org/c/s/www.stage-post.com/2026/03/14/ruby-tide-review-cast"),
    (ARTICLE, "https://www.google.com/amp/s/www.stage-post.com/2026/03/14/ruby-tide-review-cast"),
    (
        ARTICLE,
        "http://web.archive.org/web/20260315204500id_/http://www.stage-post.com:80/2026/03/14/ruby-tide-review-cast",
    ),
    ("https://x.example/a/", "https://x.example/a/index.html"),
    ("https://x.example/a/..", "https://x.example/"),
    ("https://x.example/a/b/..", "https://x.example/a"),
    ("https://x.example/~kim/a-b_c", "https://x.example/%7ekim/a%2Db%5Fc"),
    ("https://x.example/cinéma", "https://x.example/cine%CC%81ma"),
    ("https://x.example/%E9", "https://x.example/%e9"),
    ("https://x.example/100%", "https://x.example/100%25"),
    ("https://münchen.example/a", "https://xn--mnchen-3ya.example/a"),
    ("https://x.example/v?b=2&a=1&c=", "https://x.example/v?a=1&b=2"),
    ("https://x.example/v?t=a+b", "https://x.example/v?t=a%20b"),
]

DIFFERENT = [
    ("https://x.example/a?id=1", "https://x.example/a?id=2"),
    ("https://x.example/a?id=1", "https://x.example/a"),
    ("https://x.example/a?unknown=1", "https://x.example/a"),
    ("https://x.example/a?sid=4177", "https://x.example/a?sid=4178"),
    ("https://x.example/a?ref=88121", "https://x.example/a?ref=88122"),
    ("https://x.example/a?12345", "https://x.example/a?12346"),
    ("https://x.example/a?view=7", "https://x.example/a?view=8"),
    ("https://x.example/a?page=2", "https://x.example/a"),
    ("https://x.example/a/page/2", "https://x.example/a"),
    ("https://x.example/a?lang=es", "https://x.example/a"),
    ("https://x.example/s/AbC", "https://x.example/s/aBc"),
    ("https://x.example/#!/story/1", "https://x.example/#!/story/2"),
    ("https://x.example/#/story/1", "https://x.example/"),
    ("https://x.example/gear/best-guitar-amp", "https://x.example/gear/best-guitar"),
    ("https://x.example/culture/print", "https://x.example/culture"),
    ("https://x.example/amp", "https://x.example/"),
    ("https://x.example/m/story-1", "https://x.example/story-1"),
    ("https://x.example/tag/a%2Fb", "https://x.example/tag/a/b"),
    ("https://x.example/a%3Fid=1", "https://x.example/a?id=1"),
    ("https://x.example/a+b", "https://x.example/a%20b"),
    ("https://x.example/news;id=1", "https://x.example/news;id=2"),
    ("https://tv.x.example/a", "https://x.example/a"),
    ("https://m.co.uk/a", "https://co.uk/a"),
    ("https://www.com/a", "https://com/a"),
    ("https://x.example/docs/v1.amp", "https://x.example/docs/v1"),
    ("https://x.example/a?m=202401", "https://x.example/a"),
    ("https://x.example/a?anything=rss", "https://x.example/a"),
    ("https://x.example:8443/a", "https://x.example/a"),
    ("http://127.0.0.1:8100/a", "http://127.0.0.1:8101/a"),
    ("https://x.example/f??-eJyQ=", "https://x.example/f??-eJyR="),
    ("https://www.google.com/url?q=nothing", "https://www.google.com/url?q=something"),
    ("https://www.google.com/search?q=https://a.example/1", "https://www.google.com/search?q=https://a.example/2"),
    ("https://web.archive.org/web/2026/https://www", "https://web.archive.org/web/2025/https://www"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_forms_of_one_article_are_one(a: str, b: str) -> None:
    assert canonical_url(a) == canonical_url(b)
    assert url_key(a) == url_key(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_addresses_that_may_be_two_articles_stay_two(a: str, b: str) -> None:
    assert canonical_url(a) != canonical_url(b)
    assert url_key(a) != url_key(b)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("http://127.0.0.1:8100/a/", "http://127.0.0.1:8100/a"),  # no https is promised there
        ("http://localhost/a", "http://localhost/a"),
        ("http://x.example", "https://x.example/"),
        ("https://[2001:DB8::1]:0443/a", "https://[2001:db8::1]/a"),
        ("https://x.example/a b\u0001c", "https://x.example/a%20b%01c"),
        ("https://en.example.co.kr/글?번호=1", "https://en.example.co.kr/%EA%B8%80?%EB%B2%88%ED%98%B8=1"),
        ("  not an address ", "not an address"),
        ("mailto:kim@x.example", "mailto:kim@x.example"),
        ("http://[broken/a", "http://[broken/a"),
        ("http://x.example:99999/", "http://x.example:99999/"),
        ("http://xn--a\u00df..example/", "http://xn--a\u00df..example/"),
        ("", ""),
    ],
)
def test_the_canonical_form_is_as_documented(url: str, form: str) -> None:
    assert canonical_url(url) == form


@pytest.mark.parametrize(
    ("url", "tidy"),
    [
        (
            "http://WWW.x.example:80/a/index.html?b=2&a=&utm_source=rss&amp#top",
            "http://www.x.example/a/index.html?b=2&a=&amp",
        ),
        ("http://m.x.example/a//b/./?amp=1", "http://m.x.example/a//b/?amp=1"),
        ("javascript:void(0)", "javascript:void(0)"),
    ],
)
def test_tidy_addresses_still_get_the_same_answer(url: str, tidy: str) -> None:
    assert tidy_url(url) == tidy


ODD = st.text(alphabet=st.sampled_from("aAbz019:/?#&=%;@[].+-_~!\\ \t\u00e9\u212a\u037e글utm_ampe2F"), max_size=60)


@given(st.one_of(st.text(), ODD, ODD.map("https://x.example/".__add__), ODD.map("https://".__add__)))
def test_any_input_has_a_stable_form(text: str) -> None:
    form, tidy = canonical_url(text), tidy_url(text)
    assert canonical_url(form) == form
    assert tidy_url(tidy) == tidy
    assert canonical_url(tidy) == form
    assert len(url_key(text)) == 32
    assert fetchable(text) in (None, Reason.BAD_SCHEME, Reason.BAD_URL)
    assert isinstance(registered_domain(text), str)
    assert looks_like_article(text) in (True, False, None)
    assert could_be_trap(text) in (True, False)


def test_addresses_nested_without_end_are_left_as_they_are() -> None:
    nested = "https://web.archive.org/web/2026/" * 50 + ARTICLE
    assert canonical_url(nested) == nested == canonical_url(canonical_url(nested))


@given(st.dictionaries(st.from_regex(r"q[a-z]{1,8}", fullmatch=True), st.from_regex(r"[a-z0-9]{1,9}", fullmatch=True)))
def test_unknown_query_keys_are_never_dropped(pairs: dict[str, str]) -> None:
    query = "&".join(f"{key}={value}" for key, value in pairs.items())
    kept = canonical_url(f"https://x.example/a?{query}").partition("?")[2]
    assert set(kept.split("&")) == set(query.split("&"))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://x.example/a", None),
        ("ftp://x.example/a", Reason.BAD_SCHEME),
        ("javascript:alert(1)", Reason.BAD_SCHEME),
        ("/relative", Reason.BAD_URL),
        ("//x.example/a", Reason.BAD_URL),
        ("https://", Reason.BAD_URL),
        ("https://a b.example/", Reason.BAD_URL),
        ("https://kim:secret@x.example/a", Reason.BAD_URL),
        ("https://x.example/" + "a" * 2083, Reason.BAD_URL),
        ("https://x.example/" + "a" * 70000, Reason.BAD_URL),
        ("https://x.example:70000/", Reason.BAD_URL),
    ],
)
def test_what_cannot_be_asked_for_has_a_reason(url: str, reason: Reason | None) -> None:
    assert fetchable(url) == reason


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.culture.bbc.co.uk/a", "bbc.co.uk"),
        ("News.Example.COM", "example.com"),
        ("127.0.0.1:8100", "127.0.0.1"),
        ("http://127.0.0.1:8100/a", "127.0.0.1"),
        ("http://[::1]:8100/a", "[::1]"),
        ("localhost:8000", "localhost"),
        ("kim.blogspot.com", "blogspot.com"),
        ("tv.stage.unlisted", "stage.unlisted"),
        ("co.uk", "co.uk"),
        ("", ""),
        ("not a host", ""),
    ],
)
def test_the_registered_domain_is_the_owners(url: str, domain: str) -> None:
    assert registered_domain(url) == domain


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://www.x.co.uk/a", "https://tv.x.co.uk/b", True),
        ("https://x.co.uk/", "https://y.co.uk/", False),
        ("https://kim.blogspot.com/", "https://lee.blogspot.com/", False),
        ("http://127.0.0.1:8100/", "http://127.0.0.1:8101/", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("", "", False),
        ("https://x.co.uk/", "", False),
    ],
)
def test_sites_are_told_apart_by_owner(a: str, b: str, same: bool) -> None:
    assert same_site(a, b) is same


def test_the_host_is_plain() -> None:
    assert host_of("https://kim@WWW.Bücher.example.:8443/a") == "www.xn--bcher-kva.example"
    assert host_of("mailto:a@b.example") == ""


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        (ARTICLE, True),
        (HTML, True),
        ("https://x.example/film/4471023", True),
        ("https://x.example/read.nhn?oid=001&aid=0011", True),
        ("https://x.example/2026/03/14/horoscope", True),
        ("https://x.example/category/film/1044233-ruby-tide-opens-late", True),
        ("https://x.example/", False),
        ("https://x.example/archives/2026/03/14/vibes.html", True),
        ("https://x.example/topics/film/best-of-the-year", True),
        ("https://x.example/faq/how-to-see-every-film-of-the-year", True),
        ("https://x.example/tag/ruby-tide-cast-news", False),
        ("https://x.example/author/kim-lee/page/2", False),
        ("https://x.example/author/kim-lee", False),
        ("https://x.example/2026/03/", False),
        ("https://x.example/film/page/2", False),
        ("https://x.example/search?q=kim", False),
        ("https://x.example/photo-of-the-day.jpg", False),
        ("https://x.example/film/latest", False),
        ("mailto:a@b.example", False),
        ("https://x.example/film", False),
        ("https://x.example/film/drama", None),
        ("https://x.example/film/ruby-tide", None),
    ],
)
def test_an_address_tells_article_from_list_or_says_nothing(url: str, answer: bool | None) -> None:
    assert looks_like_article(url) is answer


def test_the_sites_own_patterns_decide() -> None:
    rules = SiteRules(article_url=(r"/story/\d+",), not_article_url=(r"/story/0",))
    assert looks_like_article("https://x.example/story/17", rules=rules) is True
    assert looks_like_article("https://x.example/story/07", rules=rules) is False
    assert looks_like_article(ARTICLE, rules=rules) is False
    assert looks_like_article(ARTICLE, rules=SiteRules(not_article_url=("/story/",))) is True


def test_endless_addresses_are_known() -> None:
    assert repeats_path("https://x.example/a/b/a/b/a/b/a/b")
    assert not repeats_path("https://x.example/a/b/a/b/a/b")
    assert path_depth("https://x.example//a/b/") == 2
    assert could_be_trap("https://x.example/" + "/".join(map(str, range(17))))
    assert could_be_trap("https://x.example/?" + "a" * 1024)
    assert not could_be_trap(ARTICLE)
