"""Texts as words, shingles, fingerprints; what two of them have in common; when that makes them copies."""

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.identity import describe_revision, fingerprint, sketches_agree
from aggregator.identity.copies import copy_evidence
from aggregator.identity.likeness import NOTHING, compare, may_be_copies, read
from aggregator.identity.revisions import is_edit
from aggregator.identity.words import SIZE, UNSPACED_SIZE, shingle_size, words

REPORT = """The singer Marla Quist opened the Harbor Festival on Friday night in front of forty thousand people, and she did not
leave the stage before two in the morning.

Quist, 34, played all of her third record and four songs that nobody had heard before. Rain fell during the last hour, which
did not seem to trouble anybody.

"We waited two summers for this," she told the crowd. The festival goes on until Sunday with eighteen more acts, among them
the brass band Copper Street and the pianist Ida Lohmann.

Tickets for the weekend are sold out, the organizers said, and the car parks at the old harbor stay closed."""

OTHER = """Studio heads met in Lisbon this week to talk about how long a film should stay in cinemas before it can be streamed.

No agreement was reached, although three of the largest chains offered to shorten the wait to forty days for small films.

A second meeting is planned for the autumn. Until then every studio decides for itself, as it has done since the spring."""

CHINESE = "周五晚上，歌手林小雨在海港音乐节的开幕式上演唱了她第三张专辑的全部歌曲，现场观众超过四万人。主办方表示，周末的门票已经全部售罄。"
JAPANESE = "歌手の森田あかりが金曜日の夜、港の音楽祭で三枚目のアルバムの全曲を披露した。主催者によると、週末のチケットは完売したという。"
THAI = "นักร้องสาวเปิดการแสดงในเทศกาลดนตรีเมื่อคืนวันศุกร์ต่อหน้าผู้ชมกว่าสี่หมื่นคน ผู้จัดงานกล่าวว่าบัตรขายหมดแล้ว"
HINDI = "गायिका ने शुक्रवार की रात को समारोह की शुरुआत की। आयोजकों ने कहा कि सभी टिकट बिक चुके हैं।"

WORDS = [
    ("Don\u2019t STOP, don't", ["dont", "stop", "dont"]),
    ("plain words 3.5", ["plain", "words", "3", "5"]),
    ("Caf\u00e9 \ufb01lm", ["caf\u00e9", "film"]),
    ("Stra\u00dfe", ["strasse"]),
    ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
    ("it&rsquo;s R&amp;B", ["its", "r", "b"]),
    ("<p class='x'>one</p><br/>two", ["one", "two"]),
    ("see [here](https://a.example/b?c=d) now", ["see", "here", "now"]),
    ("3 < 4 and a<b", ["3", "4", "and", "a", "b"]),
    ("fianc\u00c3\u00a9 and don\u00e2\u20ac\u2122t", ["fianc\u00e9", "and", "dont"]),
    ("\u00c2\u203a \u00c2\u2015", ["\u00e2"]),
    ("\u6d77\u6e2f music", ["\u6d77", "\u6e2f", "music"]),
    ("\u0e14\u0e35", ["\u0e14", "\u0e35"]),
    ("\u0915\u0940 \u0930\u093e\u0924\u0964", ["\u0915\u0940", "\u0930\u093e\u0924"]),
    ("", []),
    ("... !", []),
]


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_a_text_has_the_same_words_however_it_is_spelled(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (REPORT, SIZE),
        (CHINESE, UNSPACED_SIZE),
        (JAPANESE, UNSPACED_SIZE),
        (THAI, UNSPACED_SIZE),
        (HINDI, SIZE),
        ("", SIZE),
    ],
)
def test_scripts_without_spaces_have_longer_shingles(text: str, size: int) -> None:
    assert shingle_size(text, words(text)) == size


@pytest.mark.parametrize("text", [REPORT, CHINESE, JAPANESE, THAI, HINDI, "One"])
def test_a_fingerprint_is_small_and_in_order(text: str) -> None:
    found = fingerprint("A title", text, None)
    assert re.fullmatch("[0-9a-f]{32}", found.content)
    assert 1 <= len(found.sketch) <= 17
    assert list(found.sketch) == sorted(set(found.sketch))
    assert all(0 <= value < 1 << 63 for value in found.sketch)


def test_case_punctuation_and_markup_leave_the_content_hash_alone() -> None:
    other = f"<div>{REPORT.upper().replace(',', ' ')}</div>"
    assert fingerprint("x", REPORT, "en") == fingerprint("y", other, None)


def test_a_changed_number_changes_the_content_hash() -> None:
    assert fingerprint("x", REPORT, "en").content != fingerprint("x", REPORT.replace("34", "35"), "en").content


def test_without_a_text_the_title_counts() -> None:
    assert fingerprint("Some title", "", None) == fingerprint("", "Some title", None)
    assert fingerprint("", "", None).sketch == ()


def _sketch(text: str) -> tuple[int, ...]:
    return fingerprint("", text, None).sketch


@pytest.mark.parametrize(
    "copy",
    [
        REPORT,
        REPORT[: len(REPORT) * 2 // 3],
        REPORT[len(REPORT) // 3 :],
        f"LONDON (Wire) - {REPORT}",
        f"More stories\n\n{REPORT}\n\nFive films to see this week. The cast of a series meets again",
        REPORT.upper().replace(",", ""),
    ],
)
def test_the_sketches_of_copies_agree(copy: str) -> None:
    assert sketches_agree(_sketch(REPORT), _sketch(copy))


def test_a_passage_in_common_does_not_make_sketches_agree() -> None:
    passage = ". ".join(REPORT.split(". ")[2:4])
    assert not sketches_agree(_sketch(f"{NEXT_WEEK}\n\n{passage}"), _sketch(f"{OTHER}\n\n{passage}"))


@given(st.text(), st.text())
def test_whether_sketches_agree_does_not_depend_on_which_came_first(one: str, other: str) -> None:
    assert sketches_agree(_sketch(one), _sketch(other)) == sketches_agree(_sketch(other), _sketch(one))


@given(st.text())
def test_a_sketch_agrees_with_itself_unless_it_is_empty(text: str) -> None:
    assert sketches_agree(_sketch(text), _sketch(text)) == bool(_sketch(text))


def test_another_process_makes_the_same_fingerprint() -> None:
    code = f"from aggregator.identity import fingerprint; print(fingerprint('t', {CHINESE!r}, None))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == str(fingerprint("t", CHINESE, None))


def test_a_text_cut_after_its_lead_shares_sketch_values() -> None:
    first = REPORT.split("\n\n", 1)[0]
    assert len(set(fingerprint("", first, None).sketch) & set(fingerprint("", REPORT, None).sketch)) >= 2


# ------------------------------------------------------------------------------------------------ copies and look-alikes

BOX_OFFICE = """"{film}" led the box office this weekend with {money} million dollars from {halls} screens, studios said on Sunday.

The {studio} release held off "{second}", which took {less} million in its second weekend. The figures are estimates; final numbers
follow on Monday. The summer is now slightly ahead of last year, and analysts expect a strong autumn for the chains.

Numbers include previews and are counted from Friday to Sunday in all cinemas of the country that report them."""
WEEK = BOX_OFFICE.format(
    film="Ruby Tide", money="41.2", halls="3,104", studio="Palisade", second="Ember Lane", less="22.9"
)
NEXT_WEEK = BOX_OFFICE.format(
    film="Glass Acre", money="38.6", halls="2,870", studio="Northlight", second="Ruby Tide", less="19.4"
)
FOOTER = " ".join(
    f"This part number {n} tells what the outlet thinks of itself and of its terms of use." for n in range(12)
)
RELATED = (
    "\n\nMore stories\n\nIda Lohmann cancels her tour\n\nTen records to hear in June\n\nWhy cinemas close on Mondays"
)
HOROSCOPE = [f"A calm day waits for sign {n}, and an old friend brings news." for n in range(20)]
PARAGRAPHS = REPORT.split("\n\n")

COPIES = [
    ("the same", REPORT, REPORT),
    ("agency line before, credit behind", REPORT, f"HARBOR CITY (NewsWire) - {REPORT}\n\n(Reporting by A. Person)"),
    ("other headlines behind", REPORT, REPORT + RELATED),
    ("cut to the first half", REPORT, "\n\n".join(PARAGRAPHS[:2])),
    ("abridged", REPORT, "\n\n".join(PARAGRAPHS[:1] + PARAGRAPHS[2:])),
    (
        "slips of the pen",
        REPORT,
        REPORT.replace("people", "poeple").replace("brass", "bras").replace("closed", "closd"),
    ),
    (
        "other wording",
        REPORT,
        REPORT.replace("did not\nleave", "refused to leave").replace("trouble anybody", "bother anyone"),
    ),
    ("badly decoded", REPORT.replace("Quist", "Quíst"), REPORT.replace("Quist", "QuÃ\u00adst")),
    ("next week's column, copied", NEXT_WEEK, f"Advertisement\n\n{NEXT_WEEK}"),
    ("Chinese", CHINESE, CHINESE + "更多新闻"),
    ("Japanese, cut", JAPANESE, JAPANESE[:45]),
    ("Thai", THAI, "ข่าวบันเทิง " + THAI),
]

LOOKALIKES = [
    ("other news", REPORT, OTHER),
    ("next week's column", WEEK, NEXT_WEEK),
    ("a shared footer", REPORT + FOOTER, OTHER + FOOTER),
    (
        "a long quote in a follow-up",
        REPORT,
        OTHER + "\n\n" + OTHER.replace("week", "month") + "\n\n" + "\n\n".join(PARAGRAPHS[2:]),
    ),
    (
        "one formula, another name",
        "Ida Lohmann joins the cast of a film, Palisade said.",
        "Omar Reyes joins the cast of a film, Palisade said.",
    ),
    (
        "the next day's horoscope",
        f"Horoscope for Monday, January 5. {' '.join(HOROSCOPE)}",
        f"Horoscope for Tuesday, January 6. {' '.join(HOROSCOPE[:15])} {OTHER}",
    ),
    (
        "the same names in another order",
        " ".join(f"Name{n} and {n} more," for n in range(90)),
        " ".join(f"Name{n} and {n} more," for n in range(88, -1, -2)),
    ),
    ("two scripts", REPORT, CHINESE),
    (
        "half of a short text",
        "A short line said the label on Monday in Porto.",
        f"{OTHER} A short line said the label there.",
    ),
    ("nothing", "", REPORT),
    ("nothing twice", "", ""),
]


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in COPIES], ids=[case[0] for case in COPIES])
def test_copies_are_told(one: str, other: str) -> None:
    assert copy_evidence(compare(read(one), read(other)))


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in LOOKALIKES], ids=[case[0] for case in LOOKALIKES])
def test_lookalikes_are_no_copies(one: str, other: str) -> None:
    assert copy_evidence(compare(read(one), read(other))) == ""


def test_the_evidence_names_what_differs() -> None:
    changed = f"{REPORT}\n\n{OTHER}"
    evidence = copy_evidence(compare(read(changed), read(changed.replace("34", "35"))))
    assert "34 / 35" in evidence
    assert "of the lead" in evidence


def test_a_word_that_falls_apart_without_case_is_no_stumbling_block() -> None:
    one, other = f"{REPORT} \u0130zmir 5", f"{REPORT} \u0130stanbul 6"
    assert compare(read(one), read(other)).containment > 0.9


def test_an_endless_word_costs_no_time_and_is_no_slip_of_the_pen() -> None:
    one, other = (f"{REPORT}\n\n{letter * 50_000} is the word of the day" for letter in ("Ab", "Ac"))
    assert len(compare(read(one), read(other)).conflicts) == 1


@pytest.mark.parametrize("unit", ["word{n} ", "\u6d77", "averyveryverylongword{n} "])
def test_the_end_of_an_endless_text_counts_for_the_content_hash(unit: str) -> None:
    endless = "".join(unit.format(n=n) for n in range(30_000))
    assert fingerprint("", endless, None).content != fingerprint("", endless + "end", None).content
    assert fingerprint("", endless, None).sketch == fingerprint("", endless + "end", None).sketch


TEXTS = st.one_of(
    st.text(max_size=200),
    st.sampled_from([REPORT, OTHER, WEEK, NEXT_WEEK, CHINESE, THAI, HINDI, RELATED]),
    st.lists(st.sampled_from([*REPORT.split(), *WEEK.split(), *CHINESE, "\n\n"]), max_size=80).map(" ".join),
)


@given(TEXTS, TEXTS)
def test_likeness_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert compare(read(one), read(other)) == compare(read(other), read(one))


@given(TEXTS)
def test_a_text_contains_itself(text: str) -> None:
    reading = read(text)
    expected = 1.0 if reading.tokens else 0.0
    found = compare(reading, read(text + " "))
    assert (found.containment, found.coverage, found.conflicts) == (expected, expected, ())
    assert found == NOTHING or found.order > 0


@given(st.text(), st.text(), st.none() | st.text(max_size=5))
def test_a_fingerprint_can_be_made_of_anything(title: str, text: str, language: str | None) -> None:
    assert fingerprint(title, text, language) == fingerprint(title, text, language)


# ------------------------------------------------------------------------------------------------ revisions

FIRST, SECOND, THIRD, LAST = PARAGRAPHS
CHANGES = [
    ("Title", REPORT, "Title", REPORT, ""),
    ("Title", REPORT, "TITLE!", REPORT.upper(), ""),
    ("Title", REPORT, "Other title", REPORT, "title"),
    ("Title", REPORT, "Title", f"{REPORT}\n\nOne more line.", "text +1 paragraph, +3 words"),
    ("Title", REPORT, "Title", f"{REPORT}\n\nOne more.\n\nAnd two.", "text +2 paragraphs, +4 words"),
    ("Title", f"{REPORT}\n\nOne more line.", "Title", REPORT, "text -1 paragraph, -3 words"),
    ("Title", REPORT, "Title", REPORT.replace("34", "35"), "text +1 -1 paragraphs"),
    ("Title", f"{FIRST}\n\n{LAST}", "New", f"{LAST}\n\n{FIRST}", "title; text in another order"),
]


@pytest.mark.parametrize(("old_title", "old", "new_title", "new", "expected"), CHANGES)
def test_a_change_is_described_in_short_words(
    old_title: str, old: str, new_title: str, new: str, expected: str
) -> None:
    assert describe_revision(old_title, old, new_title, new) == expected


EDITS = [
    ("nothing", REPORT, REPORT, False),
    ("only case and points", REPORT, REPORT.upper().replace(",", ";"), False),
    (
        "other headlines behind it",
        REPORT + RELATED,
        REPORT + RELATED.replace("Ten records", "Nine songs").replace("June", "July"),
        False,
    ),
    ("headlines came", REPORT, REPORT + RELATED, False),
    ("headlines went", REPORT + RELATED, REPORT, False),
    ("a counter before it", f"12 comments\n\n{REPORT}", f"15 replies\n\n{REPORT}", False),
    ("a number in a sentence", REPORT, REPORT.replace("34", "35"), True),
    ("a sentence more at the end", REPORT, f"{REPORT}\n\nThe band plays again on Monday.", True),
    ("a note before it", REPORT, f"Correction: her age was wrong.\n\n{REPORT}", True),
    ("a heading in the middle", REPORT, f"{FIRST}\n\nRain\n\n{SECOND}\n\n{THIRD}\n\n{LAST}", True),
    ("another last item of a list", "Winners\n\nBest film: Ruby Tide", "Winners\n\nBest film: Glass Acre", True),
    ("all of it", REPORT, OTHER, True),
    ("more lines than surround a text", REPORT, REPORT + "\n\nMore" * 101, True),
]


@pytest.mark.parametrize(("old", "new", "expected"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS])
def test_lines_around_the_text_make_no_edit(old: str, new: str, expected: bool) -> None:
    assert is_edit(old, new) is expected
    assert is_edit(new, old) is expected


@given(TEXTS, TEXTS)
def test_any_two_texts_can_be_described(one: str, other: str) -> None:
    assert describe_revision("t", one, "t", one) == ""
    assert isinstance(describe_revision("t", one, "u", other), str)
    assert not is_edit(one, one)


@given(st.text(), st.text())
def test_the_look_at_words_is_the_same_both_ways_and_passes_every_text_with_itself(one: str, other: str) -> None:
    """The cheap look before two texts are compared does not depend on their order, and a text is like itself."""
    assert may_be_copies(read(one), read(other)) == may_be_copies(read(other), read(one))
    assert may_be_copies(read(one), read(one))
