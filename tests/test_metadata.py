"""What a page says about its article is read, decided and kept as claims."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.document import parse_document
from aggregator.extraction.metadata import Metadata, read_directives, read_metadata
from aggregator.models import Hint, Paywall, Picture, SiteRules, Source

DARK = "The house had been dark for ten years."
URL = "https://www.daily-screen.example/film/2024/a-long-story-about-film"
STORY = "Old Cinema Opens Again After Ten Years"
PERSON = '<script type="application/ld+json">{"@type":"Person","@id":"#a","name":"Ann Lee"}</script>'
TEXT = "<p>The owner said that it was the best day of the year and that she would never close the house again.</p>"


def read(html: str, *, hints: tuple[Hint, ...] = (), source: Source | None = None, text: str | None = None) -> Metadata:
    return read_metadata(parse_document(html, url=URL), hints=hints, source=source, text=text)


def article(**fields: object) -> str:
    node = {"@type": "NewsArticle", "headline": STORY, **fields}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def source(**rules: tuple[str, ...]) -> Source:
    return Source(id="ds", name="Daily Screen", home="https://www.daily-screen.example/", rules=SiteRules(**rules))  # type: ignore[arg-type]


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


# ------------------------------------------------------------------------------------------------ authors


@pytest.mark.parametrize(
    ("html", "authors"),
    [
        (article(author="Ann Lee"), ["Ann Lee"]),
        (article(author={"@type": "Person", "name": "Ann Lee"}), ["Ann Lee"]),
        (article(author=[{"name": "Ann Lee"}, "Bo Chen", {"name": ["Cy Fox"]}]), ["Ann Lee", "Bo Chen", "Cy Fox"]),
        (article(author={"givenName": "Ann", "familyName": "Lee"}), ["Ann Lee"]),
        (article(author={"@id": "#a"}) + PERSON, ["Ann Lee"]),
        (article(author={"@id": "#none"}), []),
        (article(author={"name": 7}), []),
        (article(author=[["Ann Lee"]] * 60), ["Ann Lee"]),
        (article(creator="Ann Lee"), ["Ann Lee"]),
        (article(author="Ann Lee") + meta("parsely-author", "Ann Lee, Bo Chen"), ["Ann Lee", "Bo Chen"]),
        (meta("author", "Ann Lee"), ["Ann Lee"]),
        (meta("article:author", "https://social.example/annlee"), []),
        (meta("twitter:label1", "Written by") + meta("twitter:data1", "Ann Lee"), ["Ann Lee"]),
        (meta("twitter:label1", "Est. reading time") + meta("twitter:data1", "Ann Lee"), []),
        ("<h1>T</h1><a rel=author href=/x>Ann Lee</a>", ["Ann Lee"]),
        ("<h1>T</h1><span itemprop=author><b itemprop=name>Paul</b></span>", ["Paul"]),
        ("<h1>T</h1><meta itemprop=author content='Ann Lee'>", ["Ann Lee"]),
        (
            "<h1>T</h1><div class=byline>By <a href=/author/a>Ann Lee</a> and <a href=/author/b>Bo Chen</a></div>",
            ["Ann Lee", "Bo Chen"],
        ),
        ("<h1>T</h1><p class=article-byline>By Ann Lee and Bo Chen</p>", ["Ann Lee", "Bo Chen"]),
        ("<h1>T</h1><p class=byline><a rel=author href=/a>Ann Lee</a>, Bo Chen</p>", ["Ann Lee", "Bo Chen"]),
        ("<h1>T</h1><a href='https://www.daily-screen.example/author/ann-lee'>Ann Lee</a>", ["Ann Lee"]),
        ("<h1>T</h1><a href='/author/paul'>Paul</a>", ["Paul"]),
        (
            "<h1>T</h1><ul><li class=author-item>Ann Lee</li><li class=author-item>Bo Chen</li></ul>",
            ["Ann Lee", "Bo Chen"],
        ),
        ("<h1>T</h1><div class=author-bio>Ann Lee</div>", []),
        ("<h1>T</h1><div class=byline>" + "Ann Lee wrote many things. " * 20 + "</div>", []),
        ("<article><h1>T</h1><p class=byline>Ann Lee</p></article><div><p class=byline>Bo Chen</p></div>", ["Ann Lee"]),
        ("<article><h1>T</h1></article><aside><p class=byline>Bo Chen</p></aside>", []),
        ("<aside><div><h1>T</h1><a rel=author href=/x>Ann Lee</a></div></aside>", ["Ann Lee"]),
        ("<p class=byline>Ann Lee</p>", ["Ann Lee"]),
        ("<body class=author-page>Ann Lee</body>", []),
        ("<main><h1>T</h1><p class=x1>By <a href=/p/7>Ann Lee</a></p></main><p>By Bo Chen</p>", ["Ann Lee"]),
        ("<p>By Bo Chen</p><main><h1>T</h1><p>By Ann Lee</p></main>", ["Ann Lee"]),
        (
            "<main><h1>T</h1><p>By Ann Lee had long been tired of the city when she left it for a house by the northern sea.</p></main>",
            [],
        ),
        ("<main><h1>T</h1><p>By the sea</p></main>", []),
        ("<main><h1>T</h1><p>Byron Bay Cinema</p></main>", []),
        (meta("author", "Daily Screen"), []),
        (article(author={"name": "Daily Screen Staff"}) + meta("author", "Ann Lee"), ["Ann Lee"]),
    ],
)
def test_people_who_wrote_it(html: str, authors: list[str]) -> None:
    assert list(read(html).authors) == authors


def test_an_agency_is_no_author() -> None:
    found = read(article(author=["Ann Lee", {"name": "Reuters"}]))
    assert (found.authors, found.agency) == (("Ann Lee",), "Reuters")
    assert read(article(author="AFP")).agency == "AFP"


def test_the_byline_of_the_markup_may_name_an_agency_beside_a_person() -> None:
    found = read("<h1>T</h1><div class=byline>By Ann Lee | AFP</div>")
    assert (found.authors, found.agency) == (("Ann Lee",), "AFP")


def test_the_source_s_selectors_win() -> None:
    page = article(author="Bo Chen") + f"<h1>{STORY}</h1><p id=t>Chosen title</p><p id=a>By Ann Lee</p>"
    found = read(page, source=source(title=("p.none", "#t"), author=("#a",)))
    assert (found.title, found.authors) == ("Chosen title", ("Ann Lee",))


def test_a_selector_that_is_no_css_finds_nothing() -> None:
    assert read(f"<h1>{STORY}</h1>", source=source(title=("p[[",))).title == STORY


def test_hints_speak_where_the_page_is_silent() -> None:
    hint = Hint(
        origin="feed", origin_url="https://a.example/feed", url=URL, title=STORY, authors=("Ann Lee",), tags=("Film",),
        summary="The house had been dark since the great storm.", image="/i.jpg", language="en",
    )  # fmt: skip
    found = read("", hints=(hint,))
    assert (found.title, found.authors, found.tags, found.language) == (STORY, ("Ann Lee",), ("Film",), "en")
    assert found.description == "The house had been dark since the great storm."
    assert found.image == Picture(url="https://www.daily-screen.example/i.jpg")


# ------------------------------------------------------------------------------------------------ description


@pytest.mark.parametrize(
    ("html", "description"),
    [
        (meta("og:description", DARK), DARK),
        (f"<div><h1>{STORY}</h1><p class=standfirst>A house that nobody wanted.</p></div>" + meta("description", DARK),
         "A house that nobody wanted."),
        (f"<h1>{STORY}</h1><h2>A house that nobody in town wanted</h2><p>{DARK}</p>" + meta("description", DARK),
         "A house that nobody in town wanted"),
        (f"<h1>{STORY}</h1><div><h3>A house that nobody in town wanted</h3><p>{DARK}</p></div>",
         "A house that nobody in town wanted"),
        (f"<h1>{STORY}</h1><h2>A house that nobody in town wanted</h2><p>{DARK}</p><h2>Then they came</h2>", None),
        (f"<h1>{STORY}</h1><p>{DARK * 3}</p><h2>A house that nobody in town wanted</h2>", None),
        (f"<h1>{STORY}</h1><h2>The house now</h2><p>{DARK}</p>", None),
        (f"<h1>{STORY}</h1><h2>A house that <a href=/x>nobody in town</a> wanted</h2>", None),
        (f"<h1>{STORY}</h1><h2>Related stories from all over the town</h2>", None),
        (f"<h1>{STORY}</h1><h1>The next story</h1><h2>A house that nobody in town wanted</h2>", None),
        (f"<div><h1>{STORY}</h1><p>A house that nobody in all of the town wanted</p></div><div><p>{DARK}</p></div>",
         "A house that nobody in all of the town wanted"),
        (f"<div><h1>{STORY}</h1><p>On the third of May 2024 at the sixth hour</p></div><div><p>{DARK}</p></div>", None),
        (f"<div><h1>{STORY}</h1><p>See <a href=/x>what nobody in all of the town wanted</a></p></div>", None),
        (meta("og:description", "The house had been dark for ...") + meta("description", DARK), DARK),
        (meta("og:description", "The house had been dark") + meta("description", DARK), DARK),
        (meta("og:description", "The house had been dark for …"), "The house had been dark for …"),
        (article(description=DARK), DARK),
        (meta("description", STORY) + f"<h1>{STORY}</h1>", None),
        (meta("description", "Too short"), None),
        (f"<h1>{STORY}</h1><div class=related><p class=dek>Another story of another house.</p></div>", None),
        ("<main><h1>x</h1><div><div><p class=dek>Below the headline, in boxes.</p></div></div></main>", "Below the headline, in boxes."),
        ("<main><h1>x</h1><p class=dek>Short</p></main>" + "<p>" * 9, None),
    ],
)  # fmt: skip
def test_the_description(html: str, description: str | None) -> None:
    assert read(html).description == description


# ------------------------------------------------------------------------------------------------ labels


@pytest.mark.parametrize(
    ("html", "section"),
    [
        (article(articleSection=["Film", "News"]), "Film"),
        (meta("article:section", "Daily Screen") + meta("section", "TV &amp; Radio"), "TV & Radio"),
        (meta("article:section", "Uncategorized"), None),
        (article() + '<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":[{"name":"Home"},'
         '{"item":{"name":"Film"}},{"name":"' + STORY + '"},"x",{"name":"https://x"}]}</script>', "Film"),
        ('<script type="application/ld+json">{"@type":"BreadcrumbList","itemListElement":{}}</script>', None),
    ],
)  # fmt: skip
def test_the_section(html: str, section: str | None) -> None:
    assert read(html).section == section


def test_tags_come_once_each_from_all_places() -> None:
    html = article(keywords="Film, cinema", about=[{"name": "Ann Lee"}, "x"]) + meta("article:tag", "FILM")
    html += (
        meta("keywords", "type: article, Daily Screen, Storm")
        + "<a rel=tag href=/t>Houses</a><a rel=notag href=/t>No</a>"
    )
    assert read(html).tags == ("Film", "cinema", "Ann Lee", "Storm", "Houses")


@pytest.mark.parametrize(
    ("html", "image", "caption"),
    [
        (
            meta("og:image", "/a.jpg") + meta("og:image:alt", "A house"),
            "https://www.daily-screen.example/a.jpg",
            "A house",
        ),
        (article(image="https://cdn.example/a.jpg"), "https://cdn.example/a.jpg", None),
        (
            article(image=[{"url": "/a.jpg", "caption": "The house"}]),
            "https://www.daily-screen.example/a.jpg",
            "The house",
        ),
        (
            article(image={"url": 3}) + "<link rel=image_src href=/b.jpg>",
            "https://www.daily-screen.example/b.jpg",
            None,
        ),
        (meta("og:image", "data:image/png;base64,x"), None, None),
        (
            meta("og:image", "/img/house-one.jpg?w=9")
            + "<figure><img src='/s/house-one.jpg'><figcaption>The  house</figcaption></figure>",
            "https://www.daily-screen.example/img/house-one.jpg?w=9",
            "The house",
        ),
    ],
)
def test_the_image(html: str, image: str | None, caption: str | None) -> None:
    lead = read(html).image
    assert (lead and lead.url, lead and lead.caption) == (image, caption)


# ------------------------------------------------------------------------------------------------ language, rights, address


@pytest.mark.parametrize(
    ("html", "language"),
    [
        (f"<html lang=en-GB>{TEXT}", "en-GB"),
        (f"<html lang=de>{TEXT}", "en"),
        (f"<html lang=de>{TEXT}" + meta("og:locale", "en_US"), "en-US"),
        ("<html lang=de><p>x", "de"),
        (article(inLanguage={"name": "fr"}) + "<p>x", "fr"),
        ("<p>x", None),
    ],
)
def test_the_text_wins_over_a_wrong_statement_of_its_language(html: str, language: str | None) -> None:
    assert read(html).language == language


def test_a_known_text_tells_the_language_and_the_source_helps() -> None:
    assert (
        read(TEXT, text="Die Frau sagte, dass der Film nicht für sie ist und sich das auch nicht ändert.").language
        == "de"
    )
    german = Source(id="x", name="X", home="https://x.example/", language="de-AT")
    assert read("<p>x", source=german).language == "de-AT"


def test_a_long_page_is_sampled() -> None:
    assert read(TEXT * 100).language == "en"


@pytest.mark.parametrize(
    ("html", "paywall"),
    [
        (article(isAccessibleForFree=True), Paywall.FREE),
        (article(isAccessibleForFree="False"), Paywall.METERED),
        (article(isAccessibleForFree="http://schema.org/False"), Paywall.METERED),
        (article(isAccessibleForFree={}), Paywall.UNKNOWN),
        (meta("article:content_tier", "locked") + article(isAccessibleForFree=False), Paywall.STUB),
        (meta("article:content_tier", "metered"), Paywall.METERED),
        (meta("article:content_tier", "gold"), Paywall.UNKNOWN),
        ("", Paywall.UNKNOWN),
    ],
)
def test_what_the_page_says_about_its_paywall(html: str, paywall: Paywall) -> None:
    assert read(html).paywall_claim is paywall


@pytest.mark.parametrize(
    ("html", "directives"),
    [
        (meta("robots", "NoArchive, max-image-preview:large"), ["noarchive"]),
        (meta("robots", "noai, noimageai"), ["noai", "noimageai"]),
        (meta("googlebot", "none"), ["noindex"]),
        (meta("robots", "max-snippet:0"), ["nosnippet"]),
        (meta("tdm-reservation", "1"), ["tdm-reservation"]),
        (meta("tdm-reservation", "0") + meta("robots", "index, follow"), []),
    ],
)
def test_opt_outs_of_the_page(html: str, directives: list[str]) -> None:
    assert list(read_directives(parse_document(html))) == directives


def test_address_site_and_type_are_read() -> None:
    html = '<link rel="canonical" href="/film/2024/a-long-story-about-film"><link rel="amphtml" href="/amp/x">'
    found = read(html + meta("og:type", "Article") + meta("og:site_name", "Daily &amp;amp; Screen"))
    assert (found.canonical, found.amp_url) == (URL, "https://www.daily-screen.example/amp/x")
    assert (found.og_type, found.site_name) == ("article", "Daily & Screen")
    assert read(article(publisher={"name": "Screen Press"})).site_name == "Screen Press"


def test_every_statement_is_a_claim_and_one_of_a_field_is_chosen() -> None:
    html = f"<html lang=de><title>{STORY} | X</title><h1>{STORY}</h1>{TEXT}" + article(
        author="Ann Lee", articleSection="Film", isAccessibleForFree=True, description="The house had been dark."
    )
    html += meta("author", "Bo Chen") + meta("description", "A house ...") + meta("og:title", "Dark house again")
    html += f'<link rel="canonical" href="{URL}">'
    claims = read(html).claims
    for field in ("title", "description", "author", "language", "section", "canonical", "paywall"):
        assert sum(claim.chosen for claim in claims if claim.field == field) == 1
    assert all(claim.reason for claim in claims if claim.chosen)
    assert {claim.origin for claim in claims if claim.field == "author"} == {
        "json-ld:NewsArticle.author",
        "meta:author",
    }


def test_an_agency_alone_is_a_claim_that_is_not_chosen() -> None:
    claims = [claim for claim in read(article(author="Reuters")).claims if claim.field == "author"]
    assert [(claim.value, claim.chosen) for claim in claims] == [("Reuters", False)]


@given(st.text(alphabet="<>/=\"' abcH1p&#;:@{}[],.é中", max_size=300))
def test_any_markup_is_read_without_an_error(html: str) -> None:
    read(html)


@given(
    st.one_of(
        st.none(),
        st.text(max_size=40),
        st.sampled_from(["http://[x", "http://a:b/", "//a", "https://a.example:99999/x"]),
    )
)
def test_any_address_is_read_without_an_error(url: str | None) -> None:
    html = f'<link rel=canonical href="{URL}"><base href="https://b.example/"><meta name=og:image content=a.jpg>'
    html += '<h1><a href="http://[y">x</a></h1>'
    read_metadata(parse_document(html, url=url))


KEYS = st.sampled_from(["name", "@id", "url", "caption"])
FIELDS = st.sampled_from(
    [
        "author",
        "image",
        "articleSection",
        "keywords",
        "about",
        "publisher",
        "inLanguage",
        "isAccessibleForFree",
        "mainEntityOfPage",
        "headline",
        "description",
    ]
)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(KEYS, inner, max_size=3),
        ),
        max_leaves=6,
    ),
    st.sampled_from(
        [
            "author",
            "image",
            "articleSection",
            "keywords",
            "about",
            "publisher",
            "inLanguage",
            "isAccessibleForFree",
            "mainEntityOfPage",
            "headline",
            "description",
        ]
    ),
)
def test_any_structured_data_is_read_without_an_error(value: object, name: str) -> None:
    read(article(**{name: value}))
