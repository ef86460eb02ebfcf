"""Verdicts over candidates, stories, and the bench that drives both over a real store."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.identity import choose_story, decide, fingerprint, story_terms
from aggregator.identity.stories import TERMS
from aggregator.models import Article, Candidate, Dated, Paywall, Precision, StoryCandidate, Verdict
from benchmarks.identity import Dedup, Stories
from tests.test_identity_texts import CHINESE, FIRST, JAPANESE, NEXT_WEEK, OTHER, RELATED, REPORT, WEEK

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
URL = "https://www.stage-post.com/2026/05/04/quist-opens-harbor-festival"
ELSEWHERE = "https://lantern.example/music/quist-opens-festival-in-the-rain"
WALL = "Please accept our cookies to go on. You can change your choice at any time."


def article(
    text: str = REPORT,
    *,
    url: str = URL,
    title: str = "Quist opens the Harbor Festival",
    published: datetime | None = NOON,
    precision: Precision = "minute",
    paywall: Paywall = Paywall.FREE,
    language: str | None = "en",
) -> Article:
    dated = Dated(instant=published, precision=precision, zone="stated", origin="test") if published else None
    return Article(
        url=url,
        title=title,
        text=text,
        publication=dated,
        paywall=paywall,
        language=language,
        fetched_at=NOON,
        fingerprint=fingerprint(title, text, None),
    )


def stored(
    of: Article, *, id_: int = 7, same_address: bool = False, duplicate_of: int | None = None, shared: int = 12
) -> Candidate:
    return Candidate(
        id=id_,
        url=of.url,
        title=of.title,
        text=of.text,
        source=None,
        content=of.fingerprint.content if of.fingerprint else "",
        published=of.published,
        first_seen=NOON,
        same_address=same_address,
        shared=shared,
        duplicate_of=duplicate_of,
        paywall=of.paywall,
    )


def verdict(incoming: Article, known: Article, *, same_address: bool = True) -> Verdict:
    return decide(incoming, [stored(known, same_address=same_address)])


# ------------------------------------------------------------------------------------------------ the same address

SHORT = "\n\n".join(REPORT.split("\n\n")[:1])
AT_ADDRESS = [
    ("seen again", article(), article(), "same", False, "same address and text"),
    ("only case", article(REPORT.upper()), article(), "same", False, "same address and text"),
    ("headlines around it", article(REPORT + RELATED), article(), "same", False, "lines around the text"),
    ("a number", article(REPORT.replace("34", "35")), article(), "revision", False, "text +1 -1 paragraphs"),
    ("another title", article(title="Rain at the festival"), article(), "revision", False, "changed: title"),
    ("a title, and headlines around", article(REPORT + RELATED, title="Rain"), article(), "revision", False, "title"),
    ("rewritten", article(OTHER), article(), "revision", False, "paragraphs"),
    ("grown from a stub", article(), article(SHORT, paywall=Paywall.STUB), "revision", False, "text +3"),
    ("a stub now", article(SHORT, paywall=Paywall.STUB), article(), "same", True, "behind a paywall now"),
    ("cut", article(SHORT), article(), "same", True, "only a part of it"),
    ("a wall", article(WALL), article(), "same", True, "a notice in its place"),
    ("another hour", article(published=NOON + timedelta(hours=2)), article(), "revision", False, "changed: date"),
    ("text and date", article(OTHER, published=NOON + timedelta(days=2)), article(), "revision", False, "; date"),
    ("a date at last", article(), article(published=None), "revision", False, "changed: date"),
    ("no date any more", article(published=None), article(), "same", False, ""),
    ("seconds", article(published=NOON + timedelta(seconds=30)), article(), "same", False, ""),
    ("only the day now", article(published=NOON.replace(hour=0), precision="day"), article(), "same", False, ""),
    (
        "another day than the instant",
        article(published=NOON.replace(hour=0) + timedelta(days=3), precision="day"),
        article(),
        "revision",
        False,
        "date",
    ),
    (
        "another bare day",
        article(published=NOON.replace(hour=0) + timedelta(days=1), precision="day"),
        article(published=NOON.replace(hour=0), precision="day"),
        "revision",
        False,
        "date",
    ),
    (
        "the same bare day by another clock",
        article(published=datetime(2026, 5, 4, tzinfo=timezone(timedelta(hours=9))), precision="day"),
        article(published=NOON.replace(hour=0), precision="day"),
        "same",
        False,
        "",
    ),
]


@pytest.mark.parametrize(
    ("incoming", "known", "relation", "worse", "evidence"),
    [case[1:] for case in AT_ADDRESS],
    ids=[case[0] for case in AT_ADDRESS],
)
def test_an_address_that_is_known_is_the_same_or_a_revision(
    incoming: Article, known: Article, relation: str, worse: bool, evidence: str
) -> None:
    found = verdict(incoming, known)
    assert (found.relation, found.of, found.worse) == (relation, 7, worse)
    assert evidence in found.evidence


def test_a_copy_at_its_own_address_is_revised_itself() -> None:
    copy = stored(article(), id_=9, same_address=True, duplicate_of=3)
    assert decide(article(REPORT.replace("34", "35")), [copy, stored(article(url=ELSEWHERE), id_=3)]).of == 9


def test_an_old_address_that_now_leads_to_another_article_does_not_swallow_it() -> None:
    incoming = article(OTHER, url=ELSEWHERE, title="Studio heads meet")
    assert verdict(incoming, article()).relation == "new"


def test_the_own_address_goes_before_another_form() -> None:
    known = [stored(article(OTHER, url=ELSEWHERE), id_=3, same_address=True), stored(article(), same_address=True)]
    assert decide(article(), known).of == 7


@pytest.mark.parametrize(
    "incoming",
    [article(url=ELSEWHERE), article(OTHER, url=ELSEWHERE), article(FIRST + OTHER, url=ELSEWHERE, title="x")],
)
def test_another_form_of_the_address_counts_with_a_text_or_headline_in_common(incoming: Article) -> None:
    assert verdict(incoming, article()).of == 7


# ------------------------------------------------------------------------------------------------ other addresses

EDITED = REPORT.replace("34", "35")
BOATS = "\n\n" + " ".join(f"boat {letter}x was sold by mister {letter}z for little" for letter in "abcdefghij")
TREES = "\n\n" + " ".join(f"tree {letter}v grew tall by {letter}w street in spring" for letter in "abcdefghij")
ELSEWHERE_CASES = [
    ("the same words", article(REPORT.upper(), url=ELSEWHERE), article(), "duplicate"),
    ("a wire copy", article(f"HARBOR CITY (NewsWire) - {REPORT}", url=ELSEWHERE), article(), "duplicate"),
    ("a cut copy", article(SHORT, url=ELSEWHERE), article(), "duplicate"),
    ("a copy in Chinese", article(CHINESE + "更多新闻", url=ELSEWHERE), article(CHINESE), "duplicate"),
    ("a copy in Japanese", article("速報。" + JAPANESE, url=ELSEWHERE), article(JAPANESE), "duplicate"),
    ("other news", article(OTHER, url=ELSEWHERE), article(), "new"),
    ("the next issue", article(NEXT_WEEK, url=ELSEWHERE), article(WEEK), "new"),
    ("half of it in common", article(REPORT + BOATS, url=ELSEWHERE), article(REPORT + TREES), "duplicate"),
    (
        "half of it in common under another headline",
        article(REPORT + BOATS, url=ELSEWHERE, title="Boat prices fall again"),
        article(REPORT + TREES),
        "new",
    ),
    (
        "another headline over a whole copy",
        article(f"HARBOR CITY (NewsWire) - {REPORT}", url=ELSEWHERE, title="Boat prices fall again"),
        article(),
        "duplicate",
    ),
    ("no text", article("", url=ELSEWHERE, title=""), article("", title=""), "new"),
    ("the full text of a stub", article(url=ELSEWHERE), article(SHORT, paywall=Paywall.STUB), "new"),
    ("an update behind the address", article(REPORT.replace("34", "35"), url=f"{URL}-update-2"), article(), "revision"),
    ("a cut behind the address", article(SHORT, url=f"{URL}-amp2"), article(), "duplicate"),
    ("the same behind the address", article(url=f"{URL}-2"), article(), "duplicate"),
    (
        "below the front page",
        article(REPORT.replace("34", "35"), url="https://a.example/x/y"),
        article(url="https://a.example/x"),
        "duplicate",
    ),
]


@pytest.mark.parametrize(
    ("incoming", "known", "relation"), [case[1:] for case in ELSEWHERE_CASES], ids=[case[0] for case in ELSEWHERE_CASES]
)
def test_at_another_address_only_a_copy_is_no_new_article(incoming: Article, known: Article, relation: str) -> None:
    found = verdict(incoming, known, same_address=False)
    assert found.relation == relation
    assert found.of == (None if relation == "new" else 7)
    assert found.evidence


def test_a_copy_of_a_copy_is_a_copy_of_the_original() -> None:
    assert decide(article(url=ELSEWHERE), [stored(article(), id_=9, duplicate_of=3)]).of == 3


def test_the_candidate_with_more_in_common_wins() -> None:
    loose = article(re.sub("(?:day|people|stage|songs|summers|acts|Copper|closed) ?", "so ", REPORT))
    known = [stored(loose, id_=1), stored(article(), id_=2), stored(article(), id_=3)]
    assert decide(article(REPORT + " Again.", url=ELSEWHERE), known).of == 2


def test_one_shared_set_phrase_is_not_looked_into() -> None:
    assert decide(article(REPORT + " Again.", url=ELSEWHERE), [stored(article(), shared=1)]).relation == "new"


def test_nothing_stored_means_new() -> None:
    assert decide(article(), []) == Verdict(relation="new")


TEXTS = st.one_of(
    st.text(max_size=60), st.sampled_from([REPORT, OTHER, SHORT, WALL, WEEK, NEXT_WEEK, CHINESE, REPORT + RELATED])
)
PAYWALLS = st.sampled_from(Paywall)
DATES = st.sampled_from([None, NOON])
URLS = st.one_of(st.text(max_size=30), st.sampled_from([URL, ELSEWHERE, f"{URL}-update-2"]))
ARTICLES = st.builds(
    article,
    TEXTS,
    url=URLS,
    title=st.text(max_size=10),
    published=st.sampled_from([None, NOON]),
    paywall=st.sampled_from(Paywall),
)


@given(ARTICLES, ARTICLES, st.booleans())
def test_a_verdict_is_always_found(incoming: Article, known: Article, same_address: bool) -> None:
    found = verdict(incoming, known, same_address=same_address)
    assert (found.of is None) == (found.relation == "new")
    assert not found.worse or found.relation == "same"


@given(ARTICLES)
def test_an_article_is_the_same_as_itself(one: Article) -> None:
    assert verdict(one, one).relation == "same"


@given(TEXTS, TEXTS)
def test_whether_two_texts_are_copies_does_not_depend_on_which_came_first(one: str, other: str) -> None:
    first, second = article(one), article(other, url=ELSEWHERE)
    there, back = verdict(second, first, same_address=False), verdict(first, second, same_address=False)
    assert (there.relation, there.containment) == (back.relation, back.containment)


def test_an_article_without_a_fingerprint_gets_one() -> None:
    bare = Article(url=URL, title="Quist opens the Harbor Festival", text=REPORT)
    assert verdict(bare, article()).relation == "same"


# ------------------------------------------------------------------------------------------------ stories

EVENT = [
    article(
        "Singer Marla Quist has cancelled her tour of Portugal after a fall on stage in Porto, her label said.",
        title="Marla Quist cancels tour",
    ),
    article(
        "The label of Marla Quist confirmed that all dates in Portugal are off. Quist fell in Porto on Friday.",
        title="Quist tour off after fall in Porto",
    ),
    article(
        "A fall in Porto ends the tour of Marla Quist. Fans in Portugal get their money back.",
        title="Fans of Marla Quist get money back",
    ),
]
ELSE = [
    article(
        "Palisade will open nine cinemas in Norway next spring, with a tenth to follow.",
        title="Palisade to open cinemas in Norway",
    ),
    article(
        "The jury of the Lisbon film days gave its prize to the drama Glass Acre.", title="Glass Acre wins in Lisbon"
    ),
]


def as_story(id_: int, *articles: Article) -> StoryCandidate:
    weights: dict[str, float] = {}
    for one in articles:
        for term, weight in story_terms(one):
            weights[term] = weights.get(term, 0.0) + weight
    return StoryCandidate(id=id_, last_seen=NOON, language="en", terms=tuple(weights.items()))


def chosen(one: Article, *stories: StoryCandidate) -> int | None:
    return choose_story(story_terms(one), one, stories)


@pytest.mark.parametrize("one", EVENT[1:])
def test_reports_of_one_event_are_one_story(one: Article) -> None:
    assert chosen(one, as_story(4, ELSE[0]), as_story(5, EVENT[0])) == 5


@pytest.mark.parametrize("one", ELSE)
def test_another_event_is_another_story(one: Article) -> None:
    assert chosen(one, as_story(5, *EVENT)) is None


def test_without_candidates_or_terms_an_article_has_a_story_of_its_own() -> None:
    assert chosen(EVENT[0]) is None
    assert choose_story((), EVENT[0], [as_story(1, *EVENT)]) is None


def test_of_equal_stories_the_older_is_chosen() -> None:
    assert chosen(EVENT[1], as_story(9, EVENT[0]), as_story(2, EVENT[0])) == 2


def test_a_term_of_every_story_ties_nothing() -> None:
    many = [as_story(n, article(f"Festival number{n} of town{n}", title=f"Festival in town{n}")) for n in range(30)]
    assert chosen(article("Festival ends elsewhere soon", title="Festival ends"), *many) is None


@pytest.mark.parametrize(
    ("one", "term"),
    [
        (article("", title="Concerts and singers"), "concert"),
        (article("", title="Café Réunion opens"), "cafe"),
        (article("", title="海港音乐节"), "海港"),
        (article("", title="Fête à Paris"), "pari"),
    ],
)
def test_terms_meet_in_their_forms(one: Article, term: str) -> None:
    assert term in dict(story_terms(one))


def test_function_words_are_no_terms_and_names_weigh_more() -> None:
    terms = dict(story_terms(article("The label said that Quist and the band sang in Porto.", title="")))
    assert "the" not in terms
    assert terms["porto"] > terms["label"]


@given(st.text(), st.text())
def test_terms_can_be_made_of_anything(title: str, text: str) -> None:
    terms = story_terms(article(text, title=title))
    assert len(terms) <= TERMS
    assert all(term and weight > 0 for term, weight in terms)
    assert choose_story(terms, article(), [StoryCandidate(id=1, last_seen=NOON, language=None, terms=terms)]) in (
        None,
        1,
    )


# ------------------------------------------------------------------------------------------------ over the store


def document(number: int, text: str, **other: str) -> dict[str, str]:
    bare = {"byline": "", "host": "", "lang": "en", "url": "", "title": f"Title {number}"}
    return {**bare, "id": f"d{number}", "text": text, "published": f"2026-05-04T{number:02}:00:00+00:00", **other}


def test_the_bench_groups_copies_and_updates_over_the_store() -> None:
    system = Dedup()
    stream = [
        document(1, REPORT, url=URL, byline="A. Person"),
        document(2, OTHER),
        document(3, f"HARBOR CITY - {REPORT}", url=ELSEWHERE),
        document(4, REPORT.replace("34", "35"), url=URL),
        document(5, REPORT.replace("34", "35"), url=URL, title="Title 4"),
    ]
    expected = [("d1", "new"), ("d2", "new"), ("d1", "duplicate"), ("d1", "update"), ("d1", "duplicate")]
    assert [system.add(doc) for doc in stream] == expected
    system.close()
    assert system.disk_bytes() > 0


def test_the_bench_groups_stories_over_the_store() -> None:
    system = Stories()
    stream = [
        document(n, one.text, title=one.title) for n, one in enumerate((EVENT[0], ELSE[0], EVENT[1], EVENT[2]), 1)
    ]
    assert [system.add(doc)[0] for doc in stream] == ["d1", "d2", "d1", "d1"]
    system.close()
