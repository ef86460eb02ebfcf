"""Marker phrases: what announces other stories, appeals and adverts, and the prose that only looks like it."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator._project import load_table
from aggregator.clean.markers import (
    MAX_MARKER,
    Announces,
    Marker,
    Match,
    announces_related,
    compare_key,
    marker,
    marker_languages,
)

RELATED = [
    ("Read more: Singer cancels summer tour", "en-read-more", "Singer cancels summer tour"),
    ("ALSO READ: Singer cancels summer tour", "en-also-read", "Singer cancels summer tour"),
    ("Also Read | Singer cancels summer tour", "en-also-read", "Singer cancels summer tour"),
    ("Also read Singer cancels summer tour", "en-also-read", "Singer cancels summer tour"),
    ("Also read – Singer cancels summer tour", "en-also-read", "Singer cancels summer tour"),
    ("[ Read More: Singer cancels tour ]", "en-read-more", "Singer cancels tour"),
    ("[Related: The [new] cut]", "en-related", "The [new] cut]"),
    ("MORE : Singer cancels summer tour", "en-more-stories", "Singer cancels summer tour"),
    ("More from Nova Weekly", "en-more-from", "Nova Weekly"),
    ("► Read More »", "en-read-more", ""),
    ("\u200fRelated\u00a0stories:", "en-related", ""),
    ("You may also like…", "en-you-may-like", ""),
    ("Watch: The first trailer", "en-see-also-prefix", "The first trailer"),
    ("یہ بھی پڑھیں: گلوکارہ کا نیا گانا", "ur-related", "گلوکارہ کا نیا گانا"),
    ("यह भी पढ़ें: गायिका का नया गाना", "hi-related", "गायिका का नया गाना"),
    ("আরও পড়ুন: নতুন গান", "bn-related", "নতুন গান"),
    ("اقرأ أيضاً: أغنية جديدة", "ar-related", "أغنية جديدة"),
    ("اقرأ أيضا", "ar-related", ""),
    ("اقــرأ أيضًا:", "ar-related", ""),
    ("بیشتر بخوانید: آهنگ تازه", "fa-related", "آهنگ تازه"),
    ("관련기사", "ko-related", ""),
    ("[관련기사] 가수 새 노래", "ko-related", "가수 새 노래"),
    ("▶ 많이 본 뉴스", "ko-related", ""),
    ("【関連記事】", "ja-related", ""),
    ("関連記事：新曲を発表", "ja-related", "新曲を発表"),
    ("延伸閱讀：歌手發表新歌", "zh-related", "歌手發表新歌"),
    ("Lea también: Nueva canción", "es-related", "Nueva canción"),
    ("LEIA TAMBÉM: Nova música", "pt-related", "Nova música"),
    ("À lire aussi\u00a0: Une chanson", "fr-related", "Une chanson"),
    ("Leggi anche: Una canzone", "it-related", "Una canzone"),
    ("Mehr zum Thema", "de-related", ""),
    ("Lees ook: Nieuw lied", "nl-related", "Nieuw lied"),
    ("Läs också: Ny låt", "sv-related", "Ny låt"),
    ("Читайте также: Новая песня", "ru-related", "Новая песня"),
    ("Читайте також: Нова пісня", "uk-related", "Нова пісня"),
    ("Czytaj także: Nowa piosenka", "pl-related", "Nowa piosenka"),
    ("İlginizi çekebilir: Yeni şarkı", "tr-related", "Yeni şarkı"),
    ("Baca Juga: Lagu baru", "id-related", "Lagu baru"),
    ("Xem thêm: Ca khúc mới", "vi-related", "Ca khúc mới"),
    ("ข่าวที่เกี่ยวข้อง", "th-related", ""),
    ("SOMA: Wimbo mpya", "sw-related-prefix", "Wimbo mpya"),
    ("BASAHIN: Bagong kanta", "tl-related-prefix", "Bagong kanta"),
]

OTHERS = [
    ("- Advertisement -", "advert"),
    ("ADVERTISEMENT", "advert"),
    ("광고", "advert"),
    ("Anzeige", "advert"),
    ("We may earn a commission when you buy through our links.", "advert"),
    ("Subscribe to our newsletter for the best of film.", "call"),
    ("Follow us on Instagram", "call"),
    ("Got a story? Tell us.", "call"),
    ("Share this article", "call"),
    ("Facebook", "call"),
    ("تازہ ترین خبروں کے لیے پی این آئی کا فیس بک پیج فالو کریں", "call"),
    ("© 2024 Nova Weekly", "credit"),
    ("ⓒ 노바스포츠", "credit"),
    ("(c) 2024 Nova Weekly", "credit"),
    ("[노바일보, 무단전재 및 재배포 금지]", "credit"),
    ("Nova Weekly. All rights reserved.", "credit"),
    ("Photo: Nova Pictures", "credit"),
    ("By Jane Q. Doe and John van Dyke", "byline"),
    ("Written by Jane Doe", "byline"),
    ("홍길동 기자 hong@nova.example", "byline"),
    ("[노바스포츠 홍길동 기자]", "byline"),
    ("Leave a Reply", "comments"),
    ("12 Comments", "comments"),
    ("댓글 0", "comments"),
    ("Tags: film, music", "meta"),
    ("3 min read", "meta"),
    ("April 19, 2024", "meta"),
    ("Published: Friday, 19 April 2024, 10:30 am", "meta"),
    ("2024.04.19 (금) 12:30", "meta"),
    ("5 hours ago", "meta"),
]

PROSE = [
    "Read more slowly, his mother told him.",
    "Read more than ten scripts before choosing one",
    "Also read at the ceremony were letters from friends",
    "Also Read was a song of theirs that nobody remembers.",
    "Related artists often tour together in the summer",
    "Related to the singer by marriage, he refused to talk.",
    "More than ten thousand fans came",
    "More – much more – than anybody had asked for",
    "More from the singer is expected in June.",
    "Watch the film and you will see",
    "Trending topics come and go",
    "Latest news reached the set late at night",
    "Photo albums lay on the table",
    "Share the load, he said",
    "Follow the money and you find the producer",
    "Subscribe he would not",
    "Comments like these hurt",
    "Listen to the second verse",
    "By the way, the sequel is done",
    "By George Lucas standards it was cheap",
    "By Friday night the hall was empty",
    "Published in 2019, the book sold well",
    "Published 19 songs this year",
    "Source close to the star speak up",
    "Home is where the heart is",
    "Tags hung from every costume",
    "(c) 20 dancers from the academy",
    "c) 20 dancers from the academy",
    "관련기사를 보면 알 수 있다",
    "기자 회견에서 그는 웃었다",
    "제보하기 위해 전화했다",
    "댓글을 보고 눈물을 흘렸다",
    "संबंधित मामले में पूछताछ हुई",
    "ذات صلة بالموضوع قالت الفنانة إنها سعيدة.",
    "المزيد من الأغاني قادم هذا العام",
    "Más información tendrá el público mañana",
    "Mehr Geld will sie nicht",
    "Anzeige erstattet hat er nicht",
    "À découvrir dès mercredi en salle",
    "Soma alikuwa mwimbaji maarufu",
    "Популярное место встречи закрыто.",
    "関連記事を読んだ彼は笑った",
    "",
    "   ",
    "-",
]


@pytest.mark.parametrize(("line", "rule", "rest"), RELATED)
def test_announces_other_stories(line: str, rule: str, rest: str) -> None:
    """A label or heading in any of the languages is known, and the headline behind it is handed back as printed."""
    found = marker(line)
    assert found is not None
    assert (found.id, found.announces, found.rest) == (rule, "related", rest)
    assert announces_related(line) == rule


@pytest.mark.parametrize(("line", "announces"), OTHERS)
def test_announces_something_else(line: str, announces: str) -> None:
    """Appeals, adverts, credits, bylines, comment doors and stamps are told apart and announce no stories."""
    found = marker(line)
    assert found is not None
    assert found.announces == announces
    assert announces_related(line) is None


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_no_marker(line: str) -> None:
    """Prose that begins with a marker's words, or holds them, is no marker."""
    assert marker(line) is None


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("Ｒｅａｄ　ｍｏｒｅ：", "read more:"),
        ("اقــرأ أيضًا", "اقرأ أیضا"),
        ("You’ll\u00a0like", "you'll like"),
        ("ⓒ Nova", "© nova"),
        ("a\u200bb\u202ec", "abc"),
    ],
)
def test_lines_are_compared_without_their_looks(line: str, key: str) -> None:
    """Width, marks, quotes, blanks and case do not count."""
    assert compare_key(line) == key


def test_rest_keeps_the_spelling_of_the_line() -> None:
    """The headline behind a label is the line's own, not the normalized one."""
    assert marker("Read more：Ｎｏｖａ ‘sings’") == Marker("en-read-more", "related", "en", "Ｎｏｖａ ‘sings’")


def test_case_folding_that_lengthens_does_not_shift_the_rest() -> None:
    """A letter that folds to two characters counts once when the headline is cut off."""
    found = marker("İlginizi çekebilir: Straße")
    assert found is not None
    assert found.rest == "Straße"


@pytest.mark.parametrize("line", ["Read more: " + "x" * MAX_MARKER, "ﷺ" * (MAX_MARKER // 2), "x " * 70 + "© Nova"])
def test_long_lines_are_no_markers(line: str) -> None:
    """A line above the limit, also one that only becomes long by normalization, is text."""
    assert marker(line) is None


def test_table_is_sound() -> None:
    """Every row has its own id, a known kind, a source, at least one phrase; every pattern compiles."""
    rows = load_table("boilerplate.toml")["marker"]
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert set(row) == {"id", "language", "announces", "match", "phrases", "source"}, row["id"]
        assert row["match"] in get_args(Match), row["id"]
        assert row["announces"] in get_args(Announces), row["id"]
        assert row["phrases"], row["id"]
        assert row["source"], row["id"]
        assert row["match"] != "pattern" or all(re.compile(phrase) for phrase in row["phrases"])


def test_twenty_languages() -> None:
    """Other stories are announced in at least twenty languages."""
    assert len(marker_languages()) >= 20
    assert {"en", "ur", "hi", "ko", "ja", "ar", "es", "fr", "de", "id", "ru", "zh"} <= marker_languages()


@pytest.mark.parametrize("row", load_table("boilerplate.toml")["marker"], ids=lambda row: str(row["id"]))
def test_every_phrase_matches_in_its_way(row: dict[str, object]) -> None:
    """Each phrase of the table is found as its row says: alone, before a separator, or at the line's end."""
    phrases = row["phrases"]
    assert isinstance(phrases, list)
    shown = {"prefix": "{}: Nova sings", "ends": "Nova, {}."}.get(str(row["match"]), "{}")
    if row["match"] != "pattern":
        assert [p for p in phrases if marker(shown.format(p)) is None] == []


@given(st.text())
def test_never_raises(line: str) -> None:
    """Any line is a marker or none; the rest is at most as long as the line."""
    found = marker(line)
    assert found is None or len(found.rest) <= len(line)


@given(st.sampled_from([line for line, _, _ in RELATED]), st.sampled_from(["", " ", "\u200f", "• ", "- ", "\u00a0»"]))
def test_what_stands_before_a_marker_does_not_count(line: str, before: str) -> None:
    """Bullets, bidi marks and blanks before a marker change nothing."""
    assert announces_related(before + line) == announces_related(line)
