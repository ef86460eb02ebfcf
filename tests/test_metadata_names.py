"""A printed byline becomes people and agencies, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.extraction.names import compact, is_agency, is_person, name_key, read_names

SITE = frozenset({"thedailyscreen", "screen"})


@pytest.mark.parametrize(
    ("raw", "people"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("by Ann Lee and Bo Chen", ["Ann Lee", "Bo Chen"]),
        ("Ann Lee, Bo Chen & Cy Fox", ["Ann Lee", "Bo Chen", "Cy Fox"]),
        ("Von Jörg Maß und Eva Klee", ["Jörg Maß", "Eva Klee"]),
        ("Par Élise Roy et Luc Petit", ["Élise Roy", "Luc Petit"]),
        ("Por Ana Gil y Luis Mora", ["Ana Gil", "Luis Mora"]),
        ("Oleh Budi Santoso", ["Budi Santoso"]),
        ("Written by: Ann Lee", ["Ann Lee"]),
        ("Text: Von Eva Klee", ["Eva Klee"]),
        ("Ann Lee, Senior Entertainment Reporter", ["Ann Lee"]),
        ("Ann Lee | Film critic", ["Ann Lee"]),
        ("Ann Lee • 3 min read", ["Ann Lee"]),
        ("Ann Lee (London)", ["Ann Lee"]),
        ("Ann Lee ann.lee@screen.example @annlee", ["Ann Lee"]),
        ("https://screen.example/ann-lee", []),
        ("ANN LEE", ["Ann Lee"]),
        ("ann lee", ["Ann Lee"]),
        ("MARY-ANN O'NEIL", ["Mary-Ann O'Neil"]),
        ("LUDWIG VAN BEEK", ["Ludwig van Beek"]),
        ("J. D. SMITH", ["J. D. Smith"]),
        ("Lee, Ann", ["Ann Lee"]),
        ("Juan Muñoz C.", ["Juan Muñoz C."]),
        ("Ann Lee; ann lee", ["Ann Lee"]),
        ("김민수 기자", ["김민수"]),
        ("글 김민수", ["김민수"]),
        ("文/张三", ["张三"]),
        ("取材・文＝山田太郎", ["山田太郎"]),
        ("jesusfreak", ["jesusfreak"]),
        ("The Daily Screen", []),
        ("Screen Media", []),
        ("Screen Staff", []),
        ("Web Desk", []),
        ("Redaktion", []),
        ("news.example", []),
        ("admin", []),
        ("", []),
        ("<a href='/x'>Ann Lee</a>", ["Ann Lee"]),
        ("Ann &amp; Bo", ["Ann", "Bo"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Ana Souza e Rui Costa", ["Ana Souza", "Rui Costa"]),
        ("Ana e João", ["Ana", "João"]),
        ("Ann Lee For Screenonline", ["Ann Lee"]),
        ("Ann Lee for The Stage and Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("무대조선=홍길동 기자", ["홍길동"]),
        ("質問者：", []),
        ("著者", []),
        ("北京戲劇網", []),
        ("Lumen d.o.o.", []),
        ("Jornal do Palco", []),
        ("12345678", []),
    ],
)
def test_people_of_a_byline(raw: str, people: list[str]) -> None:
    assert list(read_names(raw, site_names=SITE).people) == people


@pytest.mark.parametrize(
    ("raw", "people"),
    [
        ("By Ann Lee Updated January 18, 2017 10:44 am PST", ["Ann Lee"]),
        ("Wednesday January 18, 2017 10:44 am PST by Ann Lee", ["Ann Lee"]),
        ("Ann Lee Senior Reporter", ["Ann Lee"]),
        ("Daily Film Staff", []),
        ("Von Eva Klee, Köln", ["Eva Klee"]),
        ("谢若含2017-03-01 14:27:02", ["谢若含"]),
        ("by doumae", ["doumae"]),
        ("doumae", []),
        ("He walked home in the rain", []),
        ("Best films: Ann Lee", []),
        ("Ludwig van Beek", ["Ludwig van Beek"]),
        ("der Mann", []),
        ("Actualizado el", []),
        ("Conan O’Brien", ["Conan O’Brien"]),
        ("Watch Live", []),
    ],
)
def test_text_of_unknown_worth_must_read_like_a_name(raw: str, people: list[str]) -> None:
    assert list(read_names(raw, strict=True).people) == people


@pytest.mark.parametrize(
    ("raw", "people", "agency"),
    [
        ("Reuters", [], "Reuters"),
        ("By Ann Lee, Reuters", ["Ann Lee"], "Reuters"),
        ("Ann Lee / AFP", ["Ann Lee"], "AFP"),
        ("dpa", [], "dpa"),
        ("Le Figaro et AFP", ["Le Figaro"], "AFP"),
        ("연합뉴스", [], "연합뉴스"),
        ("Ann Lee", ["Ann Lee"], None),
    ],
)
def test_agencies_are_kept_apart(raw: str, people: list[str], agency: str | None) -> None:
    names = read_names(raw)
    assert (list(names.people), names.agency) == (people, agency)
    assert bool(names)


def test_a_byline_without_names_is_false() -> None:
    assert not read_names("Staff")


def test_spellings_of_a_name_share_a_key() -> None:
    assert name_key("J. R.  Ewing") == name_key("j r ewing")
    assert compact("El Sol de México") == "elsoldemexico"
    assert is_agency("AP.")
    assert not is_person("")


@given(st.text(max_size=200), st.booleans())
def test_any_text_gives_names_without_doubles_or_edges(raw: str, strict: bool) -> None:
    people = read_names(raw, strict=strict).people
    assert len({name_key(name) for name in people}) == len(people)
    assert all(name == name.strip() and name for name in people)
