"""Bytes as text: marks, declarations, and old encodings that say nothing about themselves."""

import pytest

from emails.articles.texts import text_of_bytes
from emails.errors import ArticleBroken

SAYINGS = [
    ("cp1252", "Grüße aus München: schöne Straßen, größere Häuser und süße Äpfel. Über den Fluß führt eine Brücke."),
    ("cp1252", "L’été dernier, nous avons mangé des crêpes à la crème près du château. C’était très agréable."),
    ("cp1252", "El niño comió piña en la montaña. ¿Qué pasó después? ¡Nada! La canción terminó."),
    ("cp1252", "A emoção não é razão; amanhã haverá pão e maçã. Às vezes, você também vê o coração."),
    ("cp1252", "Ålen åt ärtor på ön. Över älven låg en båt som blåste bort i går kväll."),
    ("cp1252", "Þetta er löng saga um hús á hæð; þar bjó maður sem hét Jón og átti sjö börn."),
    ("cp1252", "It’s “quoted” — and that’s all… Prices: £5 or €6."),
    ("cp1252", "Perché no? La città è così bella, però più tardi sarà già lunedì."),
    ("cp1250", "Zażółć gęślą jaźń. Dzień dobry, to jest bardzo długi artykuł o pogodzie i życiu w mieście Łodzi."),
    ("iso-8859-2", "Zażółć gęślą jaźń. Dzień dobry, to jest bardzo długi artykuł o pogodzie i życiu w mieście Łodzi."),
    ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy. Dobrý den, toto je článek o počasí a městě."),
    ("cp1250", "Árvíztűrő tükörfúrógép. Jó napot, ez egy hosszú cikk az időjárásról és a városról, hogy nem is van."),
    ("cp1254", "Günaydın, bu hava durumu ve şehir hakkında uzun bir yazıdır. Çok güzel, değil mi?"),
    ("cp1251", "Привіт, це довга стаття про погоду та місто. Її читають люди."),
    ("koi8-r", "Это длинная статья о погоде и людях."),
    ("cp1253", "Καλημέρα, αυτό είναι ένα μεγάλο άρθρο για τον καιρό και την πόλη."),
    ("cp1255", "שלום עולם, זהו מאמר ארוך על מזג האוויר ועל העיר."),
    ("cp1256", "مرحبا بالعالم هذا نص طويل عن الطقس والمدينة والناس"),
    ("shift_jis", "こんにちは。これは天気についての長い記事です。"),
    ("euc_jp", "こんにちは。これは天気についての長い記事です。"),
    ("gb18030", "你好，这是一篇关于天气的长文章。"),
    ("big5", "你好，這是一篇關於天氣的長文章。我們住在城市裡。"),
    ("euc_kr", "안녕하세요, 이것은 날씨에 관한 긴 기사입니다."),
]


@pytest.mark.parametrize(("encoding", "text"), SAYINGS)
def test_an_old_encoding_is_told_by_its_words(encoding, text):
    assert text_of_bytes(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_its_mark(encoding):
    text = "Title, in plain words\n\nMore words — and “quotes”."
    assert text_of_bytes(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "head",
    [
        '<?xml version="1.0" encoding="{}"?>',
        '<meta charset="{}">',
        "<meta http-equiv=x content='text/html; charset={}'>",
    ],
)
@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "iso-8859-5"])
def test_what_a_source_says_of_itself_counts_first(head, encoding):
    text = head.format(encoding) + "Мир"
    assert text_of_bytes(text.encode(encoding)) == text


def test_what_is_told_beside_it_counts_and_nonsense_does_not():
    assert text_of_bytes("Мир".encode("koi8-r"), told="KOI8-R") == "Мир"
    for nonsense in ("no-such", "", "rot13", "base64", "utf-7"):
        assert text_of_bytes("Café".encode("cp1252"), told=nonsense) == "Café"


def test_utf_8_that_was_cut_or_holds_a_stray_byte_stays_utf_8():
    text = "Straßen, Brücken, Häuser, Äpfel, Öfen, Übung, Grüße"
    assert text_of_bytes((text + "é").encode()[:-1]) == text + "\ufffd"
    assert text_of_bytes(text.encode() + b" \xff") == text + " \ufffd"


@pytest.mark.parametrize("data", [b"\x81\x8d\x8f", bytes(range(256)), b"\x00\x01\x02\xff" * 50])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(ArticleBroken):
        text_of_bytes(data)
