"""The language of a text is told by its script and its commonest words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.extraction.language import detect_language, normalize_language, same_language

TEXTS = [
    ("en", "The actor said that he was happy with the film and that it would be out in the autumn."),
    ("de", "Die Schauspielerin sagte, dass der Film im Herbst in die Kinos kommt und sie sich auf die Premiere freut."),
    ("fr", "Le réalisateur a annoncé que le film sera présenté à la rentrée, avec une actrice qui est très connue."),
    ("es", "El director dijo que la película llegará a los cines en otoño y que está muy contento con el resultado."),
    ("pt", "O diretor disse que o filme vai chegar aos cinemas no outono e que não está preocupado com as críticas."),
    ("it", "Il regista ha detto che il film arriverà nelle sale in autunno e che è molto felice della scelta."),
    ("nl", "De regisseur zei dat de film in het najaar in de bioscoop komt en dat hij niet van plan is te stoppen."),
    (
        "pl",
        "Reżyser powiedział, że film wejdzie do kin jesienią i że nie jest to jego ostatnie dzieło, ale już po nim.",
    ),
    ("cs", "Režisér řekl, že film přijde do kin na podzim a že se na premiéru těší, protože je to jeho první film."),
    ("tr", "Yönetmen bu filmin bir sonraki yıl için çok önemli olduğunu ve daha sonra gösterime gireceğini söyledi."),
    (
        "id",
        "Sutradara itu mengatakan bahwa film ini akan tayang pada musim gugur dan tidak ada yang berubah dari rencana.",
    ),
    ("vi", "Đạo diễn cho biết bộ phim này sẽ ra mắt vào mùa thu và không có những thay đổi trong kế hoạch của ông."),
    ("sv", "Regissören säger att filmen kommer till hösten och att det är en av de bästa som han har gjort."),
    ("nb", "Regissøren sier at filmen kommer til høsten og at det er noe av det beste han har vært med på nå."),
    ("ru", "Режиссёр сказал, что фильм выйдет осенью и что он не собирается менять планы после премьеры."),
    ("uk", "Режисер сказав, що фільм вийде восени, і що він не буде міняти плани після прем'єри, але це ще не все."),
    ("bg", "Режисьорът каза, че филмът ще излезе през есента и че не се страхува от критиката, която е чул."),
    ("ar", "قال المخرج إن الفيلم الجديد سيعرض في الخريف وأن هذا العمل من أهم ما قدم في مسيرته"),
    ("fa", "کارگردان گفت که این فیلم در پاییز اکران می شود و از آن راضی است"),
    ("ur", "ہدایت کار نے کہا کہ یہ فلم اس سال کے آخر میں ریلیز ہو گی اور اس پر کام جاری ہے"),
    ("hi", "निर्देशक ने कहा कि यह फिल्म इस साल रिलीज होगी और इस पर काम हो रहा है"),
    ("ja", "映画は秋に公開されると監督が発表した。"),
    ("zh", "导演宣布这部电影将于秋天上映。"),
    ("ko", "감독은 영화가 가을에 개봉한다고 밝혔다."),
    ("th", "ผู้กำกับประกาศว่าภาพยนตร์จะเข้าฉาย"),
    ("el", "Ο σκηνοθέτης ανακοίνωσε την ταινία"),
    ("he", "הבמאי הודיע כי הסרט החדש יעלה"),
    ("ta", "இயக்குனர் புதிய படத்தை அறிவித்தார்"),
]


@pytest.mark.parametrize(("language", "text"), TEXTS, ids=[language for language, _ in TEXTS])
def test_a_sentence_of_prose_is_recognized(language: str, text: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "12 345", "…!?", "Spider Tramell Batman", "xq zv wk " * 20, "é", "Ω"])
def test_what_is_no_prose_has_no_language(text: str) -> None:
    assert detect_language(text) is None


def test_a_tie_goes_to_the_larger_of_near_relatives_and_to_none_of_others() -> None:
    assert detect_language("yang dan di untuk dengan") == "id"
    assert detect_language("de la de la de la de") is None


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("en", "en"),
        ("EN-us", "en-US"),
        ("pt_BR.utf8", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("iw", "he"),
        ("in_ID", "id-ID"),
        ("no", "nb"),
        ("jp", "ja"),
        (" de ", "de"),
        ("english", None),
        ("", None),
        (None, None),
        ("1", None),
    ],
)
def test_language_tags_are_normalized(value: str | None, tag: str | None) -> None:
    assert normalize_language(value) == tag


@pytest.mark.parametrize(
    ("one", "other", "same"), [("en-US", "en", True), ("sr", "hr", True), ("da-DK", "nb", True), ("de", "en", False)]
)
def test_regions_and_close_languages_are_no_contradiction(one: str, other: str, same: bool) -> None:
    assert same_language(one, other) is same


@given(st.text(max_size=300))
def test_any_text_gives_a_tag_or_none(text: str) -> None:
    found = detect_language(text)
    assert found is None or normalize_language(found) == found
    normalize_language(text)
