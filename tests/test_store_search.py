"""Search: any text is a valid query, and words are found in every script."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.models import Dated
from aggregator.store import Reader, open_reader, open_store
from aggregator.store.forms import extra_forms, fold_arabic
from aggregator.store.fulltext import parse_query
from tests.store_contract import HOUR, NOW, make_article, make_unit

TEXTS = {
    1: "Beyoncé plays the Royal Hall. Box-office takings rose.",
    2: "배우 김소현이 '눈물의 여왕' OST로 돌아온다.",
    3: "韩国电影《寄生虫》在东京电影节上映。",
    4: "宮崎駿監督の新作映画が公開された。",
    5: "شاہ رُخ خان کی نئی فلم ریلیز ہو گئی۔",
    6: "शाहरुख़ ख़ान की नई फिल्म हिन्दी में आएगी।",
    7: "นักแสดงนำของภาพยนตร์เรื่องใหม่",
    8: "K팝 그룹 BTS의 새 앨범",
    9: "Tiếng Việt: phim mới của đạo diễn",
    10: "The royal box was empty; the hall was not.",
    11: "فيلم جديد للمخرجة اللبنانية",
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A file with one article for each text."""
    path = tmp_path_factory.mktemp("search") / "news.db"
    with open_store(path, now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        for number, text in TEXTS.items():
            article = make_article(number, text=text, title=f"T{number}", source="odd" if number % 2 else "even")
            store.put(make_unit(article), run=run, now=NOW)
        first = store.put(make_unit(make_article(50, text="Replaced 기생충 before. الفيلمُ")), run=run, now=NOW)
        newer = make_article(50, text="Nothing of the kind. 화양연화")
        store.put(make_unit(newer, relation="revision", of=first.article), run=run, now=NOW)
        copy = make_article(51, text="Nothing of the kind at all.")
        store.put(make_unit(copy, relation="duplicate", of=first.article), run=run, now=NOW)
    with open_reader(path) as opened:
        yield opened


def found(reader: Reader, query: str) -> set[int]:
    """Numbers of the articles that a query finds."""
    return {int(hit.url.rsplit("/", 1)[1]) for hit in reader.search(query)}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("royal", {1, 10}),
        ("ROYAL hall", {1, 10}),
        ('"royal hall"', {1}),
        ('"royal hall', {1}),
        ("royal -takings", {10}),
        ('royal -"royal hall"', {10}),
        ("beyonce", {1}),
        ("BEYONCÉ", {1}),
        ("box-office", {1}),
        ("boxo*", set()),
        ("tak*", {1}),
        ("royal AND hall", set()),
        ("title:royal", set()),
        ("NEAR(royal hall)", set()),
        ("T1", {1}),
        ("tieng viet", {9}),
        ("김소현", {2}),
        ("눈물", {2}),
        ("여왕 OST", {2}),
        ("여왕 royal", set()),
        ("电影", {3}),
        ("電影", set()),
        ("东京电影节", {3}),
        ("京东", set()),
        ("映画", {4}),
        ("宮崎", {4}),
        ("影《", {3}),
        ("电影 -东京", set()),
        ("film -电影", set()),
        ("phim -电影", {9}),
        ("ภาพยนตร์", {7}),
        ("फिल्म", {6}),
        ("हिन्दी", {6}),
        ("شاہ رخ خان", {5}),
        ("رُخ", {5}),
        ("فلم", {5}),
        ("فیلم", {11}),
        ("فيلم", {11}),
        ("فلم -خان", set()),
        ('"شاہ رخ"', {5}),
        ("K팝", {8}),
        ("BTS 앨범", {8}),
        ("기생충", set()),
        ("الفيلم", set()),
        ("화양연화", {50}),
        ("nothing kind", {50}),
        ("replaced", set()),
        ("", set()),
        ("-royal", set()),
        ('"', set()),
        ('" " * - ( ) : ^ +', set()),
        ("*", set()),
        ("\x00 \ud800", set()),
    ],
)
def test_query_finds(reader: Reader, query: str, numbers: set[int]) -> None:
    """A table of queries with the articles that each must find, and no other."""
    assert found(reader, query) == numbers


@given(st.text(alphabet=st.characters() | st.sampled_from('"-*():^{}+ أ韓 royal'), max_size=60))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_valid_query(reader: Reader, query: str) -> None:
    """Nothing that a person can type is an error."""
    reader.search(query)


def test_long_query_is_cut(reader: Reader) -> None:
    """A pasted page is a query of its first words."""
    assert found(reader, "royal " * 10_000) == {1, 10}


@pytest.mark.parametrize(
    ("query", "snippet"),
    [
        ("takings", "Beyoncé plays the Royal Hall. Box-office **takings** rose."),
        ("눈물", "배우 김소현이 '**눈물**의 여왕' OST로 돌아온다."),
        ("رخ", "شاہ **رُخ** خان کی نئی فلم ریلیز ہو گئی۔"),
    ],
)
def test_snippet_marks_what_was_found(reader: Reader, query: str, snippet: str) -> None:
    """In words, in characters, and in folded words."""
    assert reader.search(query)[0].snippet == snippet


def test_snippet_of_a_long_text_is_short_and_around_the_place(tmp_path: Path) -> None:
    """Both ends are cut, and a match in the title alone shows the beginning."""
    with open_store(tmp_path / "n.db", now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        text = "앞 " * 300 + "눈물" + " 뒤" * 300
        store.put(make_unit(make_article(1, text=text, title="영화")), run=run, now=NOW)
    with open_reader(tmp_path / "n.db") as reader:
        assert "**눈물**" in reader.search("눈물")[0].snippet
        assert len(reader.search("눈물")[0].snippet) < 200
        assert reader.search("영화")[0].snippet.startswith("앞 앞")


def test_search_by_source_date_and_number(tmp_path: Path) -> None:
    """`since` means the day of publication, or of storing when that is unknown."""
    day = timedelta(days=1)
    dated = Dated(instant=NOW - day, precision="day", zone="unknown", origin="text")
    with open_store(tmp_path / "n.db", now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        store.put(make_unit(make_article(1, publication=dated)), run=run, now=NOW)
        store.put(make_unit(make_article(2, publication=None, source="other")), run=run, now=NOW)
    with open_reader(tmp_path / "n.db") as reader:
        assert found(reader, "curtain") == {1, 2}
        assert [hit.published_at for hit in reader.search("curtain", source="stage")] == ["2026-03-13"]
        assert [hit.source for hit in reader.search("curtain", since=NOW)] == ["other"]
        assert len(reader.search("curtain", since=NOW - day + HOUR)) == 2
        assert len(reader.search("curtain", limit=1)) == 1


def test_title_weighs_more_than_text(tmp_path: Path) -> None:
    """The better hit comes first, with the higher score."""
    with open_store(tmp_path / "n.db", now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        store.put(make_unit(make_article(1, text="A word about Hamlet and more words.")), run=run, now=NOW)
        store.put(make_unit(make_article(2, title="Hamlet", text="A word about it.")), run=run, now=NOW)
    with open_reader(tmp_path / "n.db") as reader:
        hits = reader.search("hamlet")
    assert [hit.title for hit in hits] == ["Hamlet", "Opening night 1"]
    assert hits[0].score > hits[1].score


def test_plain_text_needs_no_second_index() -> None:
    """Latin, Cyrillic and Devanagari are words already."""
    assert extra_forms("Plain", None, "naïve Пример हिन्दी") is None


def test_arabic_script_is_folded() -> None:
    """Signs go, and the forms of a letter become one."""
    assert fold_arabic("رُخ") == "رخ"
    assert fold_arabic("كتاب") == fold_arabic("کتاب")


def test_plan_of_a_query_has_at_most_thirty_terms() -> None:
    """A bound on what one query costs."""
    plan = parse_query("a " * 99)
    assert plan is not None
    assert plan.words == plan.forms == " AND ".join(['"a"'] * 30)


@pytest.mark.parametrize(
    "form", [str, partial(normalize, "NFC"), partial(normalize, "NFD")], ids=["typed", "NFC", "NFD"]
)
@pytest.mark.parametrize(
    "word",
    ["\u0995\u09c1\u09b7\u09cd\u099f\u09bf\u09df\u09be", "\u0959\u093e\u0928", "\u0111\u1ea1o"],
    ids=["bn", "hi", "vi"],
)
def test_a_word_is_found_in_whatever_form_it_is_typed(tmp_path: Path, form: Callable[[str], str], word: str) -> None:
    """Unicode has two spellings of many characters; pages and keyboards differ in which they use."""
    path = tmp_path / "news.db"
    with open_store(path, now=NOW) as store:
        run = store.start_run(now=NOW, command="crawl", version="1")
        for number, text in enumerate((word, normalize("NFD", word)), 1):
            store.put(make_unit(make_article(number, text=f"One {text} two")), run=run, now=NOW)
    with open_reader(path) as opened:
        assert found(opened, form(word)) == {1, 2}
        assert found(opened, f"one -{form(word)}") == set()
