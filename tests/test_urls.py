"""One form for all spellings of an address, and what an address tells by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.models import Reason, SiteRules
from aggregator.urls import (
    LONGEST,
    canonical_url,
    clean_url,
    could_be_trap,
    fetchable,
    host_of,
    looks_like_article,
    registered_domain,
    same_site,
    url_key,
)

STORY = "https://www.starpost.example/2026/03/14/glass-harbor-review"
URLS = st.one_of(
    st.text(max_size=80),
    st.builds(
        "{}://{}{}/{}?{}#{}".format,
        st.sampled_from(["http", "https", "HTTP", "ftp", "javascript"]),
        st.sampled_from(
            ["a.example", "WWW.A.example.", "m.a.example", "münchen.example", "[::1]", "127.0.0.1", "u:p@a.example"]
        ),
        st.sampled_from(["", ":80", ":443", ":8080", ":99999", ":x"]),
        st.text(alphabet="abcäñ日/.%2F;=+ -_~\\", max_size=30),
        st.text(alphabet="abd=&?%20+utm_", max_size=30),
        st.text(alphabet="ab!/", max_size=8),
    ),
)


@pytest.mark.parametrize(
    "other",
    [
        STORY + "?utm_source=rss&utm_medium=feed",
        STORY + "?fbclid=abc",
        STORY + "?ref=homepage",
        STORY + "?anything=rss",
        STORY + "?outputType=amp",
        STORY + "?PHPSESSID=0123456789abcdef",
        STORY + "?sid=0123456789abcdef0123",
        STORY + ";jsessionid=ABC",
        STORY + "/",
        STORY + "//",
        STORY + "/amp",
        STORY + "/amp/",
        STORY + "/print",
        STORY + "/amp/amp/index.html",
        STORY.replace("www.", "www.m."),
        STORY.replace("example/", "example/amp/"),
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fwww.starpost.example%252F2026%252F03%252F14%252Fglass-harbor-review",
        STORY + "/index.html",
        STORY + "#comments",
        STORY + "?",
        STORY + "?&",
        STORY.replace("https", "http"),
        STORY.replace("www.", ""),
        STORY.replace("www.", "m."),
        STORY.replace("www.", "amp."),
        STORY.replace("www.starpost.example", "WWW.StarPost.Example.:443"),
        STORY.replace("/14/", "/x/../14/./"),
        STORY.replace("glass", "%67lass"),
        STORY.replace("https://", "https:\\\\"),
        f"  {STORY}\n",
        STORY[:30] + "\n" + STORY[30:],
        STORY + ".amp",
        "https://www.google.com/url?q=https%3A%2F%2Fwww.starpost.example%2F2026%2F03%2F14%2Fglass-harbor-review&sa=U",
        "https://l.facebook.com/l.php?h=1&u=https%3A%2F%2Fwww.starpost.example%2F2026%2F03%2F14%2Fglass-harbor-review",
        "https://www-starpost-example.cdn.ampproject.org/c/s/www.starpost.example/2026/03/14/glass-harbor-review",
        "https://web.archive.org/web/20260315204500/https://www.starpost.example/2026/03/14/glass-harbor-review",
        "https://user:secret@www.starpost.example/2026/03/14/glass-harbor-review",
    ],
)
def test_these_are_one_article(other: str) -> None:
    assert canonical_url(other) == canonical_url(STORY)
    assert canonical_url(canonical_url(other)) == canonical_url(other)
    assert url_key(other) == url_key(STORY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/view?id=1", "https://a.example/view?id=2"),
        ("https://a.example/view?ref=88121", "https://a.example/view?ref=88122"),
        ("https://a.example/view?sid=17", "https://a.example/view?sid=18"),
        ("https://a.example/story-1", "https://a.example/story-1/page/2"),
        ("https://a.example/story-1", "https://a.example/story-1?page=2"),
        ("https://tv.a.example/story", "https://music.a.example/story"),
        ("https://a.example/culture/print", "https://a.example/culture"),
        ("https://a.example/m/story-1", "https://a.example/story-1"),
        ("https://a.example/reviews/best-guitar-amp", "https://a.example/reviews/best-guitar"),
        ("https://a.example:8443/s", "https://a.example/s"),
        ("https://a.example/S", "https://a.example/s"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example/who%3Fid=1", "https://a.example/who?id=1"),
        ("https://a.example/#!/story/1", "https://a.example/#!/story/2"),
        ("https://a.example/news;id=1", "https://a.example/news;id=2"),
        ("https://a.example/en/s", "https://a.example/es/s"),
        ("https://a.example/s", "https://a.example.org/s"),
        ("https://m.example/s", "https://example/s"),
        ("https://www.google.com/url?sa=1", "https://www.google.com/url?sa=2"),
    ],
)
def test_these_are_two_articles(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        (STORY + "/?utm_source=x#top", STORY + "/"),
        ("http://WWW.A.example:80/%7ekim/a%2cb?b=2&a=1", "http://www.a.example/~kim/a,b?b=2&a=1"),
        ("http://user:pw@a.example:8100/x", "http://a.example:8100/x"),
        ("https://münchen.example/film", "https://xn--mnchen-3ya.example/film"),
        ("https://a.example/p?q=a+b%20c", "https://a.example/p?q=a+b+c"),
        ("https://[2001:DB8::1]:443/x", "https://[2001:db8::1]/x"),
        ("mailto:x@a.example", "mailto:x@a.example"),
        ("  not an address ", "not an address"),
    ],
)
def test_the_stored_form_is_still_the_same_place(url: str, stored: str) -> None:
    assert clean_url(url) == stored


@given(URLS)
def test_both_forms_are_idempotent_and_never_raise(url: str) -> None:
    assert clean_url(clean_url(url)) == clean_url(url)
    assert canonical_url(canonical_url(url)) == canonical_url(url)
    assert url_key(clean_url(url)) == url_key(url)


@given(URLS)
def test_every_question_about_any_text_has_an_answer(url: str) -> None:
    assert fetchable(url) in (None, Reason.BAD_SCHEME, Reason.BAD_URL)
    assert could_be_trap(url) in (True, False)
    assert looks_like_article(url) in (True, False, None)
    assert isinstance(registered_domain(url), str)
    assert same_site(url, url) in (True, False)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://a.example/x", None),
        ("http://127.0.0.1:8100/x", None),
        ("ftp://a.example/x", Reason.BAD_SCHEME),
        ("javascript:alert(1)", Reason.BAD_SCHEME),
        ("file:///etc/passwd", Reason.BAD_SCHEME),
        ("http://", Reason.BAD_URL),
        ("http://a.example:99999/", Reason.BAD_URL),
        ("/relative", Reason.BAD_URL),
        ("https://a.example/a b", Reason.BAD_URL),
        ("https://a.example/" + "x" * LONGEST, Reason.BAD_URL),
        ("http://[::1", Reason.BAD_URL),
        ("", Reason.BAD_URL),
    ],
)
def test_what_cannot_be_fetched_has_a_reason(url: str, reason: Reason | None) -> None:
    assert fetchable(url) == reason


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("https://news.bbc.co.uk/x", "bbc.co.uk"),
        ("www.example.com.pk", "example.com.pk"),
        ("127.0.0.1:8100", "127.0.0.1"),
        ("http://127.0.0.1:8100/x", "127.0.0.1"),
        ("http://[::1]:80/", "[::1]"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_the_registered_domain_is_found_without_the_network(text: str, domain: str) -> None:
    assert registered_domain(text) == domain


def test_sites_are_compared_by_registered_domain() -> None:
    assert same_site("https://m.a-b.co.uk/x", "http://www.a-b.co.uk/y")
    assert not same_site("https://one.co.uk/", "https://two.co.uk/")
    assert not same_site("mailto:a", "mailto:a")
    assert host_of("nothing") == ""


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://a.example/latest/1180043-star-to-make-comeback-with-song", True),
        ("https://a.example/2026/03/14/glass-harbor-review", True),
        ("https://a.example/news/18832211", True),
        ("https://a.example/view.html?idx=857600", True),
        ("https://a.example/story/review", None),
        ("https://a.example/p?x=1", None),
        ("https://a.example/tag/kim-soo-hyun", False),
        ("https://a.example/author/jane-doe", False),
        ("https://a.example/movies", False),
        ("https://a.example/", False),
        ("https://a.example/topics/star-leaves-the-show-after-104233", True),
        ("mailto:a", False),
    ],
)
def test_an_address_tells_article_from_listing(url: str, answer: bool | None) -> None:
    assert looks_like_article(url) is answer


def test_a_sources_own_patterns_decide() -> None:
    rules = SiteRules(article_url=(r"/latest/\d+-",), not_article_url=(r"/latest/category/",))
    assert looks_like_article("https://a.example/latest/12-x", rules=rules) is True
    assert looks_like_article("https://a.example/long-and-telling-slug-of-a-story", rules=rules) is False
    assert looks_like_article("https://a.example/latest/category/12-x", rules=rules) is False


@pytest.mark.parametrize(
    ("url", "trap"),
    [
        (STORY, False),
        ("https://a.example/" + "a/" * 5, True),
        ("https://a.example/" + "/".join(str(i) for i in range(25)), True),
        ("https://a.example/?" + "x" * 1100, True),
        ("nonsense", True),
    ],
)
def test_traps_are_told_by_length_depth_and_repetition(url: str, trap: bool) -> None:
    assert could_be_trap(url) is trap
