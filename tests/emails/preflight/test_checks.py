from dataclasses import replace

from emails.articles.blocks import Image, Paragraph
from emails.preflight.checks import SHOWN_OF_A_KIND


def test_nothing_is_found_in_a_good_letter(inspect):
    report = inspect()
    assert report.checks == ()
    assert report.passed


def test_what_is_not_known_yet_is_not_complained_about(inspect):
    report = inspect(compiled=None, rendered=None, audience_size=None, links=None)
    assert report.checks == ()


def test_a_kind_found_very_often_is_summed_up_in_one_more_finding(inspect):
    blocks = tuple(Image("", "A hill") for _ in range(SHOWN_OF_A_KIND + 30))
    report = inspect(article=replace(inspect.good.article, blocks=blocks))
    images = [finding for finding in report.checks if finding.id == "image_source"]
    assert len(images) == SHOWN_OF_A_KIND + 1
    assert images[0].place == "Block 1, image"
    assert (images[-1].place, images[-1].count) == ("Further places", 30)


def test_every_finding_names_a_place_and_a_cure(inspect):
    report = inspect(
        article=replace(inspect.good.article, title="", blocks=(Image("", ""), Paragraph("a miracle"))),
        brand=replace(inspect.good.brand, address=""),
        plan=replace(inspect.good.plan, subject=" ", preheader=""),
        audience_size=0,
        sender_email="",
    )
    assert {"image_source", "image_alt", "title", "claim", "postal_address", "subject_empty", "audience_empty"} <= {
        finding.id for finding in report.checks
    }
    assert all(finding.place and finding.message.endswith(".") and finding.cure for finding in report.checks)
