"""Cleaning of text that somebody else extracted: what goes, what stays, and that nothing vanishes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator.clean import clean_text
from aggregator.clean.lines import is_headline, is_prose, is_separator, split_lines, topics, words_in
from aggregator.models import CleanText

TITLE = "Mira Solen returns to the stage after ten years"
STANDFIRST = "‘Harbour Lights’ star Mira Solen to sing again"
PROSE = [
    "Mira Solen is coming back to the stage, and the fans of Harbour Lights have waited for it for ten years.",
    "Her agency said on Friday that the actress will sing the title song of the drama, which runs until June.",
    "She had last recorded a song for her first series, and it stayed in the charts for eleven weeks.",
]
HEADLINES = [
    "Pavel Orsini takes the blame for the cancelled Lisbon concert",
    "How Greta Lindqvist and Omar Haddad met on a night train",
    "Tobias Krall teases fans with the cover of a second novel",
    "Ines Carvalho talks about the prank that closed a theatre",
]
HEAD = [TITLE, STANDFIRST, *PROSE]


def _cleaned(*lines: str) -> CleanText:
    return clean_text("\n".join([*HEAD, *lines]))


def _titles(result: CleanText) -> list[str]:
    return [link.title for link in result.related]


def _rules(result: CleanText) -> list[str]:
    return [line.rule for line in result.removed]


def _marked(mark: str, lines: list[str]) -> list[str]:
    return [part for line in lines for part in (mark, line)]


# ------------------------------------------------------------------------------------------------ what goes


@pytest.mark.parametrize("mark", ["-", "–", "•", "»", "*", "· · "])
def test_headlines_behind_dash_lines_are_other_stories(mark: str) -> None:
    """A run of headlines at the end, each behind a line with only a dash or bullet, is related; the dashes are removed."""
    result = _cleaned(*_marked(mark, HEADLINES))
    assert (result.title, result.description) == (TITLE, STANDFIRST)
    assert list(result.paragraphs) == PROSE
    assert _titles(result) == HEADLINES
    assert {link.rule for link in result.related} == {"run:dash-lines+tail+headlines+off-topic"}
    assert all(link.url is None for link in result.related)
    assert [link.position for link in result.related] == [0, 1, 2, 3]
    assert [(line.text, line.rule, line.position) for line in result.removed] == [
        (mark.strip(), "separator", at) for at in (5, 7, 9, 11)
    ]


TAILS = [
    ("bullets on the line", [f"• {line}" for line in HEADLINES]),
    ("dashes on the line", [f"- {line}" for line in HEADLINES]),
    ("dashes between the headlines", _marked("-", HEADLINES)[1:]),
    ("no bullets at all", HEADLINES),
    ("a heading", ["Related stories", *HEADLINES]),
    ("a heading with a colon and bullets", ["You may also like:", *[f"* {line}" for line in HEADLINES]]),
    ("a heading and numbers", ["Most read", *[f"{at}. {line}" for at, line in enumerate(HEADLINES, 1)]]),
    ("a label on the first", [f"READ MORE: {HEADLINES[0]}", *HEADLINES[1:]]),
    ("a label on each", [f"Also read: {line}" for line in HEADLINES]),
    ("section names between", ["Trending", *[part for line in HEADLINES for part in ("Film", line)]]),
    ("ages between", [part for line in HEADLINES for part in (line, "5 hours ago")]),
    ("a copyright line behind", [*_marked("-", HEADLINES), "© 2024 Nova Weekly. All rights reserved."]),
    (
        "kickers before the headlines",
        [f"• {kicker}: {line}" for kicker, line in zip(("Lisbon", "Film", "Books", "Stage"), HEADLINES, strict=True)],
    ),
    ("a heading in Korean", ["관련기사", *HEADLINES]),
    ("a heading in Urdu", ["مزید پڑھیں:", *HEADLINES]),
]


@pytest.mark.parametrize("lines", [lines for _, lines in TAILS], ids=[name for name, _ in TAILS])
def test_tail_of_other_stories_is_taken_off(lines: list[str]) -> None:
    """However the tail is laid out: the text is whole, and each headline is related or kept with the rule that removed it."""
    result = _cleaned(*lines)
    assert list(result.paragraphs) == PROSE
    found = [title.lstrip("0123456789. ").rpartition(": ")[2] for title in _titles(result)]
    assert found == HEADLINES


def test_headlines_in_the_middle_behind_dash_lines_are_other_stories() -> None:
    """A box of other stories between two paragraphs goes, and both paragraphs stay."""
    result = _cleaned(*_marked("-", HEADLINES), "The concert in Oslo was sold out within an hour.")
    assert _titles(result) == HEADLINES
    assert list(result.paragraphs) == [*PROSE, "The concert in Oslo was sold out within an hour."]


def test_last_line_of_the_article_before_dash_lines_stays() -> None:
    """A caption without a full stop above the first dash is the article's, since its words are."""
    caption = "Mira Solen on the stage of Harbour Lights"
    result = _cleaned(caption, *_marked("-", HEADLINES))
    assert list(result.paragraphs) == [*PROSE, caption]
    assert "Pavel" in _titles(result)[0]


@pytest.mark.parametrize(
    ("line", "title", "rule"),
    [
        (f"Read more: {HEADLINES[0]}", HEADLINES[0], "en-read-more"),
        (f"ALSO READ: {HEADLINES[0]}", HEADLINES[0], "en-also-read"),
        ("यह भी पढ़ें: गायिका ने नया गाना गाया", "गायिका ने नया गाना गाया", "hi-related"),
        ("関連記事：新しい 歌を発表した", "新しい 歌を発表した", "ja-related"),
    ],
)
def test_label_between_paragraphs_is_another_story(line: str, title: str, rule: str) -> None:
    """A label with a headline between two paragraphs is related; the next paragraphs stay."""
    result = clean_text("\n\n".join([TITLE, PROSE[0], line, *PROSE[1:]]))
    assert [(link.title, link.rule) for link in result.related] == [(title, rule)]
    assert list(result.paragraphs) == PROSE


def test_heading_between_paragraphs_takes_the_headlines_up_to_the_text() -> None:
    """A heading in the middle takes what it announces, but neither the next paragraph nor its sub-headline."""
    after = ["The return of Mira Solen to the stage", "The concert in Oslo was sold out within an hour."]
    result = _cleaned("Related stories:", HEADLINES[0], HEADLINES[1], *after)
    assert _titles(result) == HEADLINES[:2]
    assert {link.rule for link in result.related} == {"en-related:below"}
    assert list(result.paragraphs) == [*PROSE, *after]


def test_lone_button_between_paragraphs_takes_nothing_with_it() -> None:
    """A bare "Read more" before a sub-headline of the article, or a paragraph, is removed alone."""
    for after in (["What she sang", "It was a song that nobody had heard before."], [PROSE[1]]):
        result = clean_text("\n".join([TITLE, PROSE[0], "Read more", *after]))
        assert _rules(result) == ["en-read-more"]
        assert list(result.paragraphs) == [PROSE[0], *after]


REMOVED_LINES = [
    ("Advertisement", "en-advert"),
    ("- Advertisement -", "en-advert"),
    ("Subscribe to our newsletter to get stories like this one every day.", "en-subscribe"),
    ("Follow us on Facebook and Instagram", "en-follow"),
    ("Share this article", "en-follow-label"),
    ("© 2024 Nova Weekly", "en-copyright"),
    ("노바일보 무단전재 및 재배포 금지", "ko-copyright"),
    ("Leave a Reply", "en-comments"),
    ("* * *", "separator"),
    ("Related stories", "en-related"),
]


@pytest.mark.parametrize(("line", "rule"), REMOVED_LINES)
@pytest.mark.parametrize("at", [1, 3, 5])
def test_lines_that_are_no_text_are_removed(line: str, rule: str, at: int) -> None:
    """Appeals, adverts, credits and separators go wherever they stand, and are kept with rule and place."""
    lines = [*HEAD[:at], line, *HEAD[at:]]
    result = clean_text("\n".join(lines))
    assert [(item.text, item.rule, item.position) for item in result.removed] == [(line, rule, at)]
    assert (result.title, list(result.paragraphs)) == (TITLE, PROSE)


def test_lines_around_the_title_are_removed() -> None:
    """Byline, date, reading time and a repeated title between title and text go; the standfirst stays the description."""
    around = ["By Jane Doe", "April 19, 2024", "3 min read", TITLE.upper(), "Facebook", "X (Twitter)"]
    result = clean_text("\n".join([TITLE, *around, STANDFIRST, *PROSE]))
    assert (result.title, result.description, list(result.paragraphs)) == (TITLE, STANDFIRST, PROSE)
    assert [item.text for item in result.removed] == around
    assert _rules(result)[3] == "repeats-title"


def test_a_stamp_or_door_is_no_title() -> None:
    """A date or "Home" above the title is removed; where nothing else can be the title, it stays."""
    assert clean_text("\n".join(["Home", TITLE, *PROSE])).title == TITLE
    assert clean_text("\n".join(["April 19, 2024", "By Jane Doe", TITLE, *PROSE])).title == TITLE
    assert clean_text("\n".join(["By Jane Doe", *PROSE])).title == "By Jane Doe"


def test_dash_lines_speak_for_themselves_even_on_the_same_topic() -> None:
    """Headlines about the article's own people go too, when each stands behind a dash line at the end."""
    same = [
        "Mira Solen seen with the fans",
        "Mira Solen charts for eleven weeks",
        "Harbour Lights drama waits for its song",
    ]
    assert _titles(_cleaned(*_marked("-", same))) == same


def test_a_list_is_judged_again_without_its_lost_dashes() -> None:
    """One dash line is removed; what it stood before is then a run like any other, at once and not in a second cleaning."""
    result = _cleaned("-", *HEADLINES)
    assert _titles(result) == HEADLINES


def test_byline_and_tags_below_the_text_are_removed() -> None:
    """A reporter's line and a line of tags at the end go."""
    result = _cleaned("홍길동 기자 hong@nova.example", "Tags: film, music")
    assert list(result.paragraphs) == PROSE
    assert _rules(result) == ["ko-byline-shape", "en-tags"]


# ------------------------------------------------------------------------------------------------ what stays

LISTS = [
    ("bullets behind a colon", ["The prizes of the night:", "• Best Actress went to Ines Carvalho",
                             "• Best Film went to Night Train", "• Best Song went to Pavel Orsini"]),
    ("dash lines behind a colon", ["Who else is in the running:", *_marked("-", HEADLINES)]),
    ("bullets in the middle", [f"• {line}" for line in HEADLINES] + ["All of it was filmed in one week."]),
    ("numbers", ["1. Night Train by Greta Lindqvist", "2. The Closed Theatre by Ines Carvalho", "3. Lisbon Calling by Pavel Orsini"]),
    ("numbers behind dash lines", _marked("-", ["1. Night Train goes on", "2. The Closed Theatre opens", "3. Lisbon Is Calling Again"])),
    ("cast", ["Cast", "Greta Lindqvist as Anna Holm the lighthouse keeper",
              "Omar Haddad as Captain Elias Brandt", "Ines Carvalho as The Widow of Lisbon"]),
    ("track list in quotes", ["“Night Train to the Other Sea”", "“A Closed Theatre in the Rain”", "“Lisbon Calling Pavel Home”"]),
    ("track list with lengths", ["Night Train to the Sea 3:45", "A Closed Theatre in Lisbon 4:10", "Calling Pavel Orsini Home 2:58"]),
    ("winners by category", ["• Best Actress in Drama: Ines Carvalho",
                             "• Best Actor in Drama: Omar Haddad", "• Best Original Song: Pavel Orsini"]),
    ("nominees, short", ["Night Train", "The Closed Theatre", "Lisbon Calling", "Second Novel"]),
    ("nominees behind dash lines, short", _marked("-", ["Night Train", "The Closed Theatre", "Lisbon Calling"])),
    ("films with years", ["Night Train to the Sea (2019)", "The Closed Theatre of Lisbon (2021)", "Calling Pavel Orsini Home (2023)"]),
    ("tour dates", ["12 May Lisbon Grand Arena", "14 May Porto Old Harbour Hall", "19 May Madrid Palace of Music"]),
    ("tour dates, month first", ["May 12 – Lisbon, Grand Arena", "May 14 – Porto, Harbour Hall", "May 19 – Madrid, Palace"]),
    ("prices", ["Nova evening lipstick in rust, $20", "Nova night cream with olives, $35", "Orla brush made of birch, $12"]),
    ("facts that are sentences", _marked("•", ["She was born in Bergen in a family of six.",
                             "She began to sing in the choir of her school.",
                             "She has never taken a lesson in acting."])),
    ("bulleted facts without names", ["• Began to sing at the age of six",
                                      "• Has never taken lessons in acting", "• Wrote the words of most songs herself"]),
    ("two headlines only", _marked("-", HEADLINES[:2])),
    ("lyrics", ["and the harbour sings tonight", "and the water holds the light", "and nobody comes to call"]),
    ("dialogue", ["- Were you nervous?", "- Very much so.", "- And now?", "- Not at all."]),
    ("names of the article's people", ["• Mira Solen in Harbour Lights", "• Mira Solen on the stage", "• Harbour Lights drama charts"]),
]  # fmt: skip


@pytest.mark.parametrize("lines", [lines for _, lines in LISTS], ids=[name for name, _ in LISTS])
def test_lists_of_the_article_stay(lines: list[str]) -> None:
    """Rankings, casts, track lists, winners, dates, facts and dialogues at the end or in the middle are the article's own."""
    result = _cleaned(*lines)
    assert list(result.paragraphs) == [*PROSE, *[line for line in lines if not is_separator(line)]]
    assert _titles(result) == []


def test_prose_that_begins_like_a_marker_stays() -> None:
    """Sentences with marker words are text."""
    lines = [
        "Related artists often tour together in the summer.",
        "Read more than ten scripts, her agent told her, and take the worst.",
        "By the way, the sequel is done.",
    ]
    result = _cleaned(*lines)
    assert list(result.paragraphs) == [*PROSE, *lines]
    assert result.removed == ()


def test_lines_of_single_words_stay_between_paragraphs() -> None:
    """A sub-headline such as "Instagram" stays; a share bar of two such words goes."""
    assert "Instagram" in clean_text("\n".join([*HEAD[:3], "Instagram", *HEAD[3:]])).paragraphs
    assert (
        _rules(clean_text("\n".join([*HEAD[:3], "Instagram", "Facebook", *HEAD[3:]]))) == ["en-follow-label-word"] * 2
    )


def test_byline_shape_between_paragraphs_stays() -> None:
    """A sub-headline that looks like a byline is not removed in the middle of the text."""
    assert "By George" in clean_text("\n".join([*HEAD[:3], "By George", *HEAD[3:]])).paragraphs


def test_without_prose_nothing_is_off_topic() -> None:
    """A text of headlines only, such as a list of films, is left alone."""
    assert clean_text("\n".join(HEADLINES)).related == ()


# ------------------------------------------------------------------------------------------------ title, paragraphs, input

SENTENCE = PROSE[0]


@pytest.mark.parametrize(
    ("text", "title", "description", "paragraphs"),
    [
        ("", None, None, []),
        ("\n \n\t\n", None, None, []),
        ("-", None, None, []),
        ("Advertisement", None, None, []),
        (TITLE, TITLE, None, []),
        (SENTENCE, None, None, [SENTENCE]),
        ("\n".join(PROSE), None, None, PROSE),
        (f"{TITLE}\n{PROSE[0]}", TITLE, None, PROSE[:1]),
        (f"{TITLE}\n{STANDFIRST}", TITLE, None, [STANDFIRST]),
        (f"• {TITLE}\n{PROSE[0]}", None, None, [f"• {TITLE}", PROSE[0]]),
        (f"{TITLE}\nThe prizes of the night:\n{PROSE[0]}", TITLE, None, ["The prizes of the night:", PROSE[0]]),
        (f"{TITLE}\n• {STANDFIRST}\n{PROSE[0]}", TITLE, None, [f"• {STANDFIRST}", PROSE[0]]),
        (f"Photos: {TITLE}\n{PROSE[0]}", f"Photos: {TITLE}", None, PROSE[:1]),
        (f"Watch: {TITLE}\n{PROSE[0]}", f"Watch: {TITLE}", None, PROSE[:1]),
        ("김수현 노래한다\n김수현이 노래한다고 소속사가 금요일에 공식적으로 밝혔다.", "김수현 노래한다", None,
         ["김수현이 노래한다고 소속사가 금요일에 공식적으로 밝혔다."]),
    ],
)  # fmt: skip
def test_title_and_description_are_told_from_text(
    text: str, title: str | None, description: str | None, paragraphs: list[str]
) -> None:
    """A first line that is a sentence is no title; a description stands between title and prose."""
    result = clean_text(text)
    assert (result.title, result.description, list(result.paragraphs)) == (title, description, paragraphs)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\n", "\u2028", "\u2029", "\x0b", "\x0c", "\x85", "\n \t\n"])
def test_any_newline_ends_a_line(newline: str) -> None:
    """Windows, old Mac and Unicode newlines, with or without blank lines between, give the same paragraphs."""
    result = clean_text(newline.join([*HEAD, *_marked("-", HEADLINES)]))
    assert (result.title, list(result.paragraphs), _titles(result)) == (TITLE, PROSE, HEADLINES)


def test_wrapped_paragraphs_stay_whole() -> None:
    """Paragraphs that were wrapped at a column and parted by blank lines keep their lines together."""
    wrapped = "\n".join(
        [
            "Mira Solen is coming back to the stage, and the fans of the drama",
            "have waited for it. Her agency said on Friday that she will sing the",
            "title song.",
        ]
    )
    result = clean_text(f"{TITLE}\n\n{wrapped}\n\n{wrapped}\n\nshare.\n\n{PROSE[0]}")
    assert list(result.paragraphs) == [wrapped, wrapped, "share.", PROSE[0]]


def test_a_list_is_not_taken_for_a_wrapped_paragraph() -> None:
    """Lines with bullets between, or a last line that is too long, are lines of their own."""
    long = "the fans of Harbour Lights have waited for it and now it comes"
    for lines in ([f"- {long}", f"- {long}"], [long, f"{long} {long}"]):
        assert len(clean_text("\n".join(lines)).paragraphs) + 1 >= 2


def test_control_characters_and_lone_surrogates_are_dropped() -> None:
    """What a terminal or a UTF-8 encoder chokes on never reaches the result."""
    result = clean_text("Mira\x00 Solen\x1b returns\ud800\n" + PROSE[0])
    assert result.title == "Mira Solen returns"


def test_passes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of passes has a limit, so that no text costs more than its length times a constant."""
    monkeypatch.setattr("aggregator.clean.text._PASSES", 1)
    assert _titles(_cleaned(*_marked("-", HEADLINES))) == HEADLINES


def test_ten_megabytes_pass() -> None:
    """A huge line and very many lines are read without an error."""
    assert len(clean_text("x" * 10_000_000).text) == 10_000_000
    assert len(clean_text("\n".join(HEAD + [f"{PROSE[0]} {at}" for at in range(5000)])).paragraphs) == 5003


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        ("She sings.", False),
        ("She sings again on Friday night.", True),
        ("She moves back to the U.S.", False),
        ("She marries Carlos Vega Jr.", False),
        ("And then she said nothing more...", False),
        ("Is she the next big star of the harbour?", False),
        ("彼女は新しい歌を発表した。", True),
        ("वह शुक्रवार को फिर से गाएगी।", True),
        ("word " * 29, True),
        ("She sang. He wept. They left the hall and nobody saw them again", False),
        (
            "She sang again. He wept. They left the hall by the back door and nobody saw them again that night in Oslo",
            True,
        ),
    ],
)
def test_prose_is_told_from_headlines(line: str, prose: bool) -> None:
    """Sentences are prose; abbreviations, ellipses and questions do not make one."""
    assert is_prose(line) is prose


def test_words_without_blanks_are_counted_and_compared() -> None:
    """Scripts without spaces have words and topics too."""
    assert words_in("新曲を発表") == 3
    assert topics("新曲を発表") == {"新曲", "曲を", "を発", "発表"}
    assert topics("김수현이 노래") == {"김수", "노래"}
    assert is_headline("彼女が新しい歌を発表、ファンが歓喜")


# ------------------------------------------------------------------------------------------------ properties

_POOL = [
    *HEADLINES, *PROSE, TITLE, STANDFIRST, "-", "•", "", "Read more", f"Also read: {HEADLINES[2]}", "Advertisement", "By Jane Doe",
    "Facebook", "Share", "Related stories:", "Tags: film", "April 19, 2024", "The list:", "1. Night Train goes on", f"• {HEADLINES[0]}",
    f"- {HEADLINES[1]}", "Film", "have waited for it and the agency said on Friday that the",
    "title song of the drama is finished and ready",
    "関連記事", "彼女は新しい歌を発表した。", "Photos: Nova", "5 hours ago", "Comments", "© Nova", "* * *", *_marked("-", HEADLINES[:2]),
]  # fmt: skip
_TEXTS = st.one_of(
    st.lists(st.sampled_from(_POOL), max_size=30).map("\n".join),
    st.lists(st.one_of(st.sampled_from(_POOL), st.text(max_size=60)), max_size=15).map("\n".join),
    st.text(),
)


def _rendered(result: CleanText) -> str:
    return "\n\n".join(part for part in (result.title, result.description, result.text) if part)


@given(_TEXTS)
@settings(max_examples=400)
def test_cleaning_is_idempotent(text: str) -> None:
    """Cleaning the result again removes nothing and finds the same parts."""
    once = clean_text(text)
    again = clean_text(_rendered(once))
    assert (again.title, again.description, again.text) == (once.title, once.description, once.text)
    assert (again.related, again.removed) == ((), ())


@given(_TEXTS)
@settings(max_examples=400)
def test_lines_of_the_result_are_lines_of_the_input_in_order(text: str) -> None:
    """Nothing is invented, changed or moved."""
    lines = iter(split_lines(text))
    for line in _rendered(clean_text(text)).split("\n"):
        assert not line or line in lines


@given(_TEXTS)
@settings(max_examples=400)
def test_every_line_is_in_exactly_one_place(text: str) -> None:
    """Each input line is title, description, text, related or removed; none is lost or doubled."""
    lines = sorted(line for line in split_lines(text) if line)
    result = clean_text(text)
    kept = [line for line in _rendered(result).split("\n") if line]
    for line in [*kept, *[item.text for item in result.removed]]:
        lines.remove(line)
    assert len(lines) == len(result.related)
    assert all(any(title in line for line in lines) for title in _titles(result))
