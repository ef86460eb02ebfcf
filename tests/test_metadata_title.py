"""The title is the one that the page's own statements agree on, without the site's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.document import main_nodes, parse_document
from aggregator.extraction.title import Decision, clean_line, decide_title, site_names_of, without_site
from aggregator.models import Hint

URL = "https://www.daily-screen.example/film/a-story"
STORY = "Old Cinema Opens Again After Ten Years"


def decide(html: str, *, url: str | None = URL, selected: str | None = None, hints: tuple[Hint, ...] = ()) -> Decision:
    document = parse_document(html, url=url)
    return decide_title(
        document, nodes=main_nodes(document), site_names=site_names_of(document), selected=selected, hints=hints
    )


def og(name: str, value: str) -> str:
    return f'<meta property="og:{name}" content="{value}">'


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("html", "title"),
    [
        (f"<h1>{STORY}</h1>", STORY),
        (f"<title>{STORY} | Daily Screen</title>" + og("site_name", "Daily Screen"), STORY),
        (f"<title>{STORY} - Film - The Daily Screen</title><h1>{STORY}</h1>", STORY),
        (f"<title>Daily Screen: {STORY}</title>", STORY),
        (f"<title>{STORY} – daily-screen.example</title>", STORY),
        (og("title", STORY) + "<h1>Daily Screen</h1>", STORY),
        (f"<h1><a href='/'>The Screen Blog</a></h1><title>The Screen Blog: {STORY}</title>", STORY),
        (f"<a href='/'><h1>Our Logo</h1></a><h1>{STORY}</h1>", STORY),
        (f"<nav><h1>Sections of the house</h1></nav><h1>{STORY}</h1>", STORY),
        (f"<div class='related card'><h1>Another story of the day</h1></div><h1>{STORY}</h1>", STORY),
        (f"<h1>{STORY}</h1><h1>Read this next</h1>" + og("title", STORY), STORY),
        (og("title", "Cinema opens again") + f"<title>Cinema opens again</title><h1>{STORY}</h1>", STORY),
        ("<h1>Gallery</h1>" + og("title", STORY) + f"<title>{STORY}</title>", STORY),
        (f"<h1><span>Local</span> <b>{STORY}</b></h1>" + og("title", STORY), STORY),
        (f"<h2 class='story-title'>{STORY}</h2>" + og("title", STORY), STORY),
        (f"<h2 class='story-title'><img></h2><h3>x</h3>{og('title', STORY)}", STORY),
        (og("title", "Old Cinema Opens Again ...") + f"<title>{STORY}</title>", STORY),
        (json_ld(f'{{"@type":"NewsArticle","headline":"{STORY}"}}'), STORY),
        (json_ld(f'{{"@type":"Article","name":"{STORY}"}}'), STORY),
        (json_ld('{"@type":"Article"}') + f"<meta name='parsely-title' content='{STORY}'>", STORY),
        ("<h1>Tom &amp;amp; Ann<script>x</script>  meet&nbsp;again</h1>", "Tom & Ann meet again"),
        ("<h1>新作映画が公開へ</h1><title>新作映画が公開へ｜デイリー</title>", "新作映画が公開へ"),
        (
            "<h1>映画『秋の庭』公開日が決定しました</h1><title>映画『秋の庭』の公開日</title>",
            "映画『秋の庭』公開日が決定しました",
        ),
        ("<title>Daily Screen</title><h1>Home</h1>", None),
        (f"<div><h1>{STORY}</h1></div><footer><h1>About us and more</h1></footer>", STORY),
        ("<title>404</title>", None),
        (f"<h1>{'x' * 500}</h1>", None),
        ("", None),
    ],
)
def test_the_title_of_a_page(html: str, title: str | None) -> None:
    assert decide(html).value == title


def test_the_source_s_own_selector_wins() -> None:
    decision = decide(f"<h1>{STORY}</h1>", selected="Chosen by hand")
    assert decision.value == "Chosen by hand"
    assert decision.reason == "the source's own selector"


def test_a_hint_speaks_where_the_page_is_silent_and_adds_its_weight() -> None:
    hint = Hint(origin="feed", origin_url="https://a.example/feed", url=URL, title=STORY)
    assert decide("", hints=(hint, Hint(origin="feed", origin_url="", url=URL))).value == STORY
    decision = decide(f"<h1>{STORY}</h1>", hints=(hint,))
    assert decision.candidates[0].origin == "h1"
    assert decision.reason == "2 of 2 candidates agree"


@pytest.mark.parametrize(
    ("link", "title"),
    [
        ("/ann", STORY),
        ("https://blogs.example/ann/", STORY),
        ("/ann/e/5d8c", "Notes from the pit"),
        ("/ann/e/5d8c/", "Notes from the pit"),
        ("/ann/e", STORY),
        ("/bob", "Notes from the pit"),
    ],
)
@pytest.mark.parametrize("form", ["", "/", "/amp", "/2", "/page/2/?x=1"])
def test_a_heading_that_leads_to_a_folder_of_the_page_names_the_blog(link: str, title: str, form: str) -> None:
    html = f"<title>{STORY} - Notes from the pit</title><h1><a href='{link}'>Notes from the pit</a></h1>"
    assert decide(html, url=f"https://blogs.example/ann/e/5d8c{form}").value == title


def test_the_raw_text_of_a_candidate_is_kept() -> None:
    assert decide(f"<title>{STORY} | Daily Screen</title>").candidates[0].raw == f"{STORY} | Daily Screen"


@pytest.mark.parametrize(
    ("title", "others", "shorter"),
    [
        ("A | B", frozenset(), "A | B"),
        ("Story of a film - Film - Daily", frozenset({"story of a film"}), "Story of a film"),
        ("News: Story of a film", frozenset({"story of a film"}), "Story of a film"),
        ("| Story", frozenset(), "| Story"),
        ("Story a | x | x | x | x | site", frozenset(), "Story a | x | x | x | x"),
    ],
)
def test_parts_of_a_title_are_cut_only_on_evidence(title: str, others: frozenset[str], shorter: str) -> None:
    assert without_site(title, frozenset({"site"}), others) == shorter


def test_a_site_is_known_by_what_it_calls_itself_and_by_its_host() -> None:
    html = og("site_name", "Daily Screen") + json_ld(
        '[{"@type":"WebSite","name":"Screen Web"},{"@type":"NewsArticle","publisher":{"name":"Screen Press"}}]'
    )
    names = site_names_of(parse_document(html, url="https://www.dscr.co.uk/x"), extra=["Screen Source"])
    assert {"dailyscreen", "screenweb", "screenpress", "screensource", "dscr", "dscrcouk"} <= names
    assert site_names_of(parse_document("", url="http://[x")) == frozenset()


@pytest.mark.parametrize(
    ("text", "line"), [(" a\n b ", "a b"), ("a &amp;lt; b", "a < b"), ("<b>a</b> 1 < 2", "a 1 < 2"), ("a\u200bb", "ab")]
)
def test_a_line_is_plain(text: str, line: str) -> None:
    assert clean_line(text) == line


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40))
def test_any_page_gives_a_decision(title: str, heading: str, site: str) -> None:
    document = parse_document("<title></title><h1></h1>", url=URL)
    names = site_names_of(document, extra=[site])
    root = document.root
    next(root.iter("h1")).text = "".join(c for c in heading if c.isprintable())
    decision = decide_title(document, nodes=(), site_names=names, selected=title or None)
    assert decision.value is None or decision.value.strip() == decision.value
