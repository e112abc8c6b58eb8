"""Advice about health copy in four languages, and none about letters that are not about health."""

import pytest

from emails.articles.blocks import CallToAction, Paragraph, Sponsor


@pytest.mark.parametrize(
    "words",
    [
        "This clinically proven drip cures fatigue.",
        "Diese Kur ist klinisch bewiesen und ohne Nebenwirkungen.",
        "Un remède cliniquement prouvé, sans effets secondaires.",
        "علاج نهائي بدون آثار جانبية.",
        "Our therapy treats patients with migraine, guaranteed.",
        "Die Behandlung hilft Patienten garantiert.",
        "Ce traitement garanti soulage les patients.",
    ],
)
def test_promises_of_health_are_told_in_four_languages(inspect, words):
    report = inspect.block(Paragraph(words))
    assert [finding.severity.value for finding in report.checks if finding.id == "claim"] == ["advice"]


@pytest.mark.parametrize(
    "words",
    [
        "Sweet treats from our bakery, guaranteed fresh, or your money back.",
        "The lock prevents theft; our breakthrough is a new hinge.",
        "Garantiert frische Brötchen, der Umsatz verhindert jede Langeweile.",
        "Un prix garanti, un voyage sans risque.",
        "سعر مضمون وتوصيل سريع.",
        "Secure treatment of data, curious curators, an obscure treatise.",
    ],
)
def test_letters_about_other_things_are_left_alone(inspect, found, words):
    assert found(inspect.block(Paragraph(words)), "claim") == []


@pytest.mark.parametrize(
    "subject", ["Living with depression", "Leben mit Krebs", "Vivre avec le diabète", "نصائح حول الاكتئاب"]
)
def test_a_condition_in_the_subject_is_told_in_four_languages(inspect, found, subject):
    assert found(inspect.plan(subject=subject), "condition_in_subject") == [("advice", "Subject")]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://example.test/book?utm_campaign=depression_2026", True),
        ("https://example.test/hiv-test", True),
        ("https://example.test/%D8%A7%D9%84%D8%A7%D9%83%D8%AA%D8%A6%D8%A7%D8%A8", True),
        ("https://example.test/impressions", False),
        ("https://example.test/book?c=7f3a", False),
    ],
)
def test_a_condition_in_an_address_is_told_with_its_block(inspect, found, url, told):
    report = inspect.block(CallToAction("Come by.", "Book", url))
    assert found(report, "condition_in_address") == ([("advice", "Block 1, call to action")] if told else [])


@pytest.mark.parametrize(
    ("line", "weak"),
    [
        ("Posted on behalf of IVDrips", True),
        ("Im Auftrag von IVDrips", True),
        ("Présenté par IVDrips", True),
        ("نيابة عن IVDrips", True),
        ("Anzeige im Auftrag von IVDrips", False),
        ("Publicité, présentée par IVDrips", False),
        ("إعلان نيابة عن IVDrips", False),
    ],
)
def test_a_weak_disclosure_is_told_in_four_languages(inspect, found, line, weak):
    assert bool(found(inspect.block(Sponsor("IVDrips", line)), "disclosure_weak")) is weak
