"""Images, buttons, headings, disclosure and claims: what is looked for in the article's blocks."""

from dataclasses import replace

import pytest

from emails.articles.blocks import CallToAction, Heading, Image, Paragraph, Sponsor


def test_an_image_without_a_source_blocks_and_says_what_to_do(inspect):
    finding = inspect.block(Image("", "A hill")).blocks[0]
    assert (finding.id, finding.place) == ("image_source", "Block 1, image")
    assert "Image needed" in finding.message
    assert finding.cure == "Upload an image, or remove the block."


def test_an_image_without_words_needs_a_reason(inspect, found):
    assert found(inspect.block(Image("https://example.test/a.jpg", " ")), "image_alt") == [("reason", "Block 1, image")]


def test_a_decorative_image_is_fine(inspect, found):
    report = inspect.block(Image("https://example.test/a.jpg", None))
    assert not found(report, "image_alt")
    assert not found(report, "image_source")


def test_an_image_that_the_letter_leaves_out_blocks(inspect, found):
    shown = '<img src="https://example.test/hills.jpg" alt="Hills in the morning">'
    assert found(inspect.html(shown, ""), "image_left_out") == [("block", "Block 1, image")]


def test_a_shown_image_that_readers_cannot_fetch_blocks(inspect, found):
    report = inspect.html("<p>Words", '<img src="asset:7" alt=""><img src="/media/a.png" alt=""><p>Words')
    assert found(report, "image_source") == [("block", "Image asset:7"), ("block", "Image /media/a.png")]


def test_an_image_of_the_design_without_an_alt_attribute_needs_a_reason(inspect, found):
    assert found(inspect.html('alt="Hills in the morning"', ""), "image_alt") == [
        ("reason", "Image https://example.test/hills.jpg")
    ]


@pytest.mark.parametrize(
    "source",
    ["hills.jpg", "/hills.jpg", "data:image/png;base64,AAAA", "http://localhost/a.jpg", "https://10.0.0.7/a.jpg"],
)
def test_an_image_that_readers_cannot_fetch_blocks(inspect, found, source):
    assert found(inspect.block(Image(source, "A hill")), "image_source") == [("block", "Block 1, image")]


@pytest.mark.parametrize("source", ["cid:hills@letter", "https://news.example.test/assets/1.jpg"])
def test_an_image_the_letter_or_the_service_brings_is_fine(inspect, found, source):
    assert not found(inspect.block(Image(source, "A hill")), "image_source")


def test_images_over_http_and_in_rare_formats_get_advice(inspect, found):
    report = inspect.block(Image("http://example.test/a.webp", "A hill"))
    assert found(report, "image_insecure") == [("advice", "Block 1, image")]
    assert found(report, "image_format") == [("advice", "Block 1, image")]


def test_the_brands_logo_is_looked_at_like_an_image(inspect, found):
    report = inspect(brand=replace(inspect.good.brand, logo_url="logo.png"))
    assert found(report, "image_source") == [("block", "Brand, logo")]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "has no address"),
        ("book", "does not begin with https://"),
        ("#top", "inside the letter"),
        ("javascript:alert(1)", "do not open"),
        ("https://localhost:3000/", "private or local"),
        ("https://[::1", "cannot be read"),
        ("https://example.test/*|NAME|*", "unreplaced tag"),
        ("{{ brand.url }}/book", "does not begin with https://"),
    ],
)
def test_a_button_that_opens_nothing_blocks(inspect, address, said):
    report = inspect.block(CallToAction("Come.", "Contact IV Drips", address))
    finding = next(finding for finding in report.blocks if finding.id == "button_address")
    assert finding.place == "Block 1, call to action"
    assert said in finding.message


def test_a_buttons_address_may_hold_merge_tags(inspect, found):
    button = CallToAction("Come.", "Go", "{{ brand.url }}/book?for={{ subscriber.email }}")
    article = replace(inspect.good.article, blocks=(button,))
    report = inspect(article=article, brand=replace(inspect.good.brand, url="https://example.test"))
    assert not found(report, "button_address")


def test_a_button_without_words_blocks(inspect, found):
    report = inspect.block(CallToAction("Come.", "", "https://example.test/"))
    assert found(report, "button_address") == [("block", "Block 1, call to action")]


def test_a_button_over_http_gets_advice(inspect, found):
    report = inspect.block(CallToAction("Come.", "Go", "http://example.test/"))
    assert found(report, "button_insecure") == [("advice", "Block 1, call to action")]
    assert not found(report, "button_address")


def test_an_article_without_a_title_blocks(inspect, found):
    report = inspect(article=replace(inspect.good.article, title="<em> </em>"))
    assert found(report, "title") == [("block", "Title")]


def test_a_letter_that_does_not_show_its_title_blocks(inspect, found):
    assert found(inspect.html("h1>", "h2>"), "title") == [("block", "HTML part")]


def test_two_titles_a_left_out_level_and_an_empty_heading_are_named(inspect, found):
    assert found(inspect.html("<p>Words", "<h1>Two</h1><p>Words"), "title_twice") == [("advice", "HTML part")]
    assert found(inspect.block(Heading(3, "Deep")), "heading_order") == [("advice", "Block 1, heading")]
    assert found(inspect.block(Heading(2, " ")), "heading_empty") == [("reason", "Block 1, heading")]


def test_a_label_that_is_hidden_or_below_the_title_is_no_disclosure(inspect, found):
    hidden = '<p style="display: none">Sponsored · Hill Tours</p>'
    blocked = [("block", "Block 5, sponsor")]
    assert found(inspect.html("<p>Sponsored · Hill Tours</p>", hidden), "disclosure") == blocked
    assert found(inspect.html("<p>Sponsored · Hill Tours</p>", ""), "disclosure") == blocked
    below = inspect.html("<p>Words", "<p>Sponsored · Hill Tours</p><p>Words")
    assert not found(below, "disclosure")


def test_the_label_must_name_who_pays(inspect, found):
    assert found(inspect.html("Sponsored · Hill Tours", "Sponsored"), "disclosure") == [("block", "Block 5, sponsor")]


def test_the_text_part_needs_the_label_above_the_title_too(inspect, found):
    text = inspect.good.rendered.text.removeprefix("Sponsored by Hill Tours")
    assert found(inspect.letter(text=text + "\nSponsored by Hill Tours"), "disclosure") == [
        ("block", "Block 5, sponsor")
    ]


def test_weak_words_of_disclosure_get_advice(inspect, found):
    weak = inspect.block(Sponsor("Hill Tours", "Posted on behalf of Hill Tours"))
    finding = next(finding for finding in weak.advice if finding.id == "disclosure_weak")
    assert "Advertisement" in finding.cure
    clear = inspect.block(Sponsor("Hill Tours", "Advertisement on behalf of Hill Tours"))
    assert not found(clear, "disclosure_weak")


def test_promises_of_health_get_advice_with_the_words(inspect):
    report = inspect.block(Paragraph("A <b>miracle</b>: guaranteed to cure, clinically proven, a Miracle."))
    finding = next(finding for finding in report.advice if finding.id == "claim")
    assert (finding.place, finding.count) == ("Block 1, paragraph", 4)
    assert "miracle, guaranteed, cure, clinically proven" in finding.message


def test_words_that_only_begin_like_a_claim_are_left_alone(inspect, found):
    assert not found(inspect.block(Paragraph("Secure treatment, curious curators, obscure treatise.")), "claim")


def test_a_condition_in_the_subject_gets_advice(inspect, found):
    assert found(inspect.plan(subject="Living with depression"), "condition_in_subject") == [("advice", "Subject")]
