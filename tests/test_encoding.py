"""Bytes become the characters that their writer meant, whatever the labels say."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.encoding import codec_of, decode, repair_double_encoding

RUSSIAN = "Новый фильм известного режиссёра выйдет в прокат осенью, сообщили продюсеры картины."
JAPANESE = "人気アイドルグループの新曲が発表され、ファンの間で話題になっている。映画の主演も決まった。"
KOREAN = "새 영화의 주연을 맡은 배우가 기자회견에서 소감을 밝혔다. 감독은 다음 작품을 준비하고 있다."
CZECH = "Režisér oznámil, že nový film přijde do kin na podzim. Herečka ztvární hlavní roli."

UNDECLARED = [
    (RUSSIAN, "cp1251"),
    (RUSSIAN, "koi8-r"),
    ("Новий фільм відомого режисера вийде в прокат восени, повідомили продюсери стрічки.", "cp1251"),
    (JAPANESE, "shift_jis"),
    (JAPANESE, "euc_jp"),
    (JAPANESE, "iso2022_jp"),
    (KOREAN, "euc-kr"),
    ("这部电影的导演在发布会上说，新片将于今年秋天上映，演员们都很高兴。", "gbk"),
    ("這部電影的導演在發表會上說，新片將於今年秋天上映，演員們都很高興。", "big5"),
    ("Le réalisateur a annoncé que le film, très attendu, sera présenté à l’été — « une surprise ».", "cp1252"),
    ("Die Schauspielerin erklärte, dass der Film im Frühjahr für großes Aufsehen sorgen könnte.", "cp1252"),
    ("El director anunció que la película llegará en otoño, según la compañía española.", "cp1252"),
    ("“We never planned a sequel” — that’s what the café owner heard.", "cp1252"),
    ("Reżyser ogłosił, że nowy film wejdzie na ekrany jesienią. Aktorka zagra główną rolę.", "cp1250"),
    (CZECH, "cp1250"),
    ("Yönetmen yeni filminin sonbaharda gösterime gireceğini açıkladı. Başrolde ünlü oyuncu var.", "cp1254"),
    ("Ο σκηνοθέτης ανακοίνωσε ότι η νέα ταινία θα κυκλοφορήσει το φθινόπωρο.", "cp1253"),
    ("أعلن المخرج أن الفيلم الجديد سيعرض في الخريف المقبل", "cp1256"),
    ("הבמאי הודיע כי הסרט החדש יעלה לאקרנים בסתיו", "cp1255"),
    ("ผู้กำกับประกาศว่าภาพยนตร์เรื่องใหม่จะเข้าฉายในฤดูใบไม้ร่วง", "cp874"),
]


def page(text: str, head: str = "") -> str:
    return f"<html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(("text", "codec"), UNDECLARED, ids=[f"{codec}-{text[:6]}" for text, codec in UNDECLARED])
def test_an_undeclared_encoding_is_guessed_from_the_bytes(text: str, codec: str) -> None:
    decoded = decode(page(text).encode(codec))
    assert text in decoded.text
    assert decoded.origin == "guess"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (
            "话剧《约定无期限》河北各市巡演结束。一个约定，信守15年，感人至深；6月3日上午，话剧在保定市演出多场。",
            "gb18030",
        ),
        ("映画祭は金曜日の夜に開幕し、多くの観客が会場を訪れた。監督は三年ぶりの新作を披露した。", "euc_jp"),
        ("영화제가 금요일 밤에 개막해 많은 관객이 공연장을 찾았다.", "cp949"),
        ("เทศกาลภาพยนตร์เปิดฉากในคืนวันศุกร์ มีผู้ชมจำนวนมากที่มาชมการแสดงของนักร้องชื่อดัง", "cp874"),
    ],
)
def test_chinese_japanese_and_korean_are_not_taken_for_thai(text: str, codec: str) -> None:
    decoded = decode(f"<html><body><p>{text}</p></body></html>".encode(codec))
    assert (text in decoded.text, decoded.encoding) == (True, codec)


def test_a_declaration_far_down_in_the_head_counts() -> None:
    """An archive's banner, say, pushes it out of the first 1,024 bytes; in the body it would come too late."""
    far, body = f"<script>{'x' * 3000}</script>", f"<p>{CZECH}</p>"
    meta = "<meta http-equiv=Content-Type content='text/html; charset=windows-1250'>"
    found = decode(f"<html><head>{far}{meta}</head><body>{body}</body></html>".encode("cp1250"))
    assert (found.encoding, found.origin) == ("cp1250", "declaration")
    commented = decode(f"<html><head>{far}<!-- {meta} --></head><body>{meta}{body}</body></html>".encode("cp1250"))
    assert commented.origin == "guess"


@pytest.mark.parametrize(
    ("text", "codec", "content_type", "head", "origin"),
    [
        (JAPANESE, "shift_jis", "text/html", '<meta charset="Shift_JIS">', "declaration"),
        (JAPANESE, "cp932", None, "<meta http-equiv=Content-Type content='text/html; charset=x-sjis'>", "declaration"),
        (KOREAN, "euc-kr", "text/html; charset=euc-kr", "", "header"),
        (RUSSIAN, "cp1251", 'text/html; charset="windows-1251"', "", "header"),
        (JAPANESE, "iso2022_jp", "text/html; charset=ISO-2022-JP", "", "header"),
        ("“quotes” – dash", "cp1252", "text/html; charset=iso-8859-1", "", "header"),
        (RUSSIAN, "utf-8", "text/html; charset=utf-8", "", "header"),
        (RUSSIAN, "utf-8", None, "", "bytes"),
        (RUSSIAN, "utf-8", "text/html; charset=iso-8859-1", "", "bytes"),
        (RUSSIAN, "utf-8", None, '<meta charset="windows-1251">', "bytes"),
        (CZECH, "cp1250", "text/html; charset=utf-8", "", "guess"),
        (RUSSIAN, "utf-16-le", None, "", "guess"),
        ("plain", "ascii", "text/html; charset=windows-1251", "", "header"),
        ("plain", "ascii", "text/html; charset=nonsense", "", "default"),
        ("plain", "ascii", None, "<!-- <meta charset=koi8-r> -->", "default"),
    ],
)
def test_who_names_the_encoding(text: str, codec: str, content_type: str | None, head: str, origin: str) -> None:
    decoded = decode(page(text, head).encode(codec), content_type=content_type)
    assert text in decoded.text
    assert decoded.origin == origin


def test_a_byte_order_mark_beats_the_header_and_is_not_text() -> None:
    body = b"\xff\xfe" + page("Ταινία").encode("utf-16-le")
    decoded = decode(body, content_type="text/html; charset=utf-8")
    assert decoded.text == page("Ταινία")
    assert decoded.origin == "bom"


def test_utf_16_named_by_a_readable_meta_tag_means_utf_8() -> None:
    assert decode(page("café", "<meta charset=utf-16>").encode()).text == page("café", "<meta charset=utf-16>")


def test_an_xml_declaration_counts() -> None:
    body = f"<?xml version='1.0' encoding='windows-1251'?><rss><title>{RUSSIAN}</title></rss>".encode("cp1251")
    assert decode(body).encoding == "cp1251"
    assert RUSSIAN in decode(body).text


def test_a_few_broken_bytes_among_valid_utf_8_are_replaced_and_the_rest_kept() -> None:
    body = page("café BROKEN " + CZECH).encode().replace(b"BROKEN", b"\xff\xfe")
    assert decode(body).text == page("café \ufffd\ufffd " + CZECH)
    assert (
        decode(page(CZECH + " cut").encode() + b"\xe2\x82", content_type="text/html; charset=utf-8").encoding == "utf-8"
    )


def test_a_declared_multi_byte_label_that_the_bytes_refute_gives_way() -> None:
    assert RUSSIAN in decode(page(RUSSIAN).encode("cp1251"), content_type="text/html; charset=euc-jp").text


def test_sixteen_bit_text_is_told_from_binary_noise() -> None:
    assert decode(page("abc").encode("utf-16-be")).text == page("abc")
    assert decode(b"\x00" * 100).encoding == "utf-8"


def test_a_lone_accent_in_undeclared_english_is_windows_1252() -> None:
    assert decode(b"<p>the caf\xe9 owner heard it</p>").text == "<p>the café owner heard it</p>"


@pytest.mark.parametrize("again", ["latin-1", "cp1252"])
def test_text_that_was_encoded_twice_is_repaired(again: str) -> None:
    text = "Přišel režisér, kočka – déjà"
    if again == "latin-1":
        mangled = text.encode().decode("latin-1")
    else:
        text = "naïve café, déjà vu"
        mangled = text.encode().decode("cp1252")
    decoded = decode(mangled.encode())
    assert decoded.text == text
    assert decoded.origin == "repair"


@pytest.mark.parametrize(
    "text", ["plain", "café au lait, déjà vu", "Ã© once", "Ä Ö Ü © ® °", RUSSIAN, "Ã© Ã© Ã© and é"]
)
def test_text_that_is_not_proven_to_be_encoded_twice_is_left_alone(text: str) -> None:
    assert repair_double_encoding(text) is None


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("ISO-8859-1", "cp1252"),
        ("us-ascii", "cp1252"),
        ("latin1", "cp1252"),
        ("gb2312", "gb18030"),
        (" GBK ", "gb18030"),
        ("shift_jis", "cp932"),
        ("ks_c_5601-1987", "cp949"),
        ("euc-kr", "cp949"),
        ("utf8", "utf-8"),
        ("iso-8859-9", "cp1254"),
        ("utf-7", None),
        ("base64", None),
        ("rot13", None),
        ("unicode_escape", None),
        ("none", None),
    ],
)
def test_labels_mean_what_browsers_take_them_for(label: str, codec: str | None) -> None:
    assert codec_of(label) == codec


def test_every_codec_of_the_tables_exists() -> None:
    from aggregator._project import load_table

    table = load_table("encodings.toml")
    names = [*table["codecs"].values(), *table["labels"].values(), *(row["codec"] for row in table["guess"])]
    assert all(codecs.lookup(name) for name in names)


@given(st.binary(max_size=3000), st.one_of(st.none(), st.text(max_size=60)))
def test_any_bytes_and_any_header_give_a_text(body: bytes, content_type: str | None) -> None:
    assert isinstance(decode(body, content_type=content_type).text, str)


@given(st.text(max_size=400).filter(lambda text: not text.isascii() and repair_double_encoding(text) is None))
def test_utf_8_survives_every_wrong_label(text: str) -> None:
    body = ("<p>" + text).encode("utf-8", "ignore")
    if body.isascii() or b"\x1b" in body or b"\x00" in body:
        return
    assert decode(body, content_type="text/html; charset=shift_jis").text == body.decode()


def test_a_few_broken_bytes_do_not_refute_a_stated_utf8() -> None:
    body = b'<meta charset="utf-8"><p>\xff\xfe\xc3 \xe2\x82 The programme lists caf\xc3\xa9 concerts.</p>'
    decoded = decode(body)
    assert decoded.encoding == "utf-8"
    assert "café concerts" in decoded.text
