"""Merge tags, subject, preheader, sender, links, footer, size: the checks of the plan and the rendered letter."""

from dataclasses import replace

import pytest

from emails.articles.blocks import Paragraph
from emails.errors import TemplateBroken
from emails.letter import RewrittenLink
from emails.preflight.links import other_host


def test_a_broken_tag_blocks_and_names_line_tag_and_place(inspect):
    broken = TemplateBroken("The tag is not closed.", line=2, tag="{% if today %}")
    plan = replace(inspect.good.plan, greeting="Hi\n{% if today %}")
    finding = inspect(broken=broken, compiled=None, rendered=None, plan=plan).blocks[0]
    assert finding.id == "merge_tag_broken"
    assert finding.place == "Greeting, line 2, {% if today %}"
    assert finding.message == "The tag is not closed."


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("{{ subscriber.firstname }}", "subscriber.first_name"),
        ("{{ name }}", "subscriber.name"),
        ("{{ brand.adress | default('x') }}", "brand.address"),
        ("{{ todays }}", "today"),
        ("{{ firstname }}", "subscriber.first_name"),
        ("{% if subscriber.lang == 'de' %}", "subscriber.language"),
    ],
)
def test_an_unknown_tag_blocks_with_a_suggestion(inspect, tag, meant):
    broken = TemplateBroken("There is no such field.", line=1, tag=tag)
    finding = inspect(broken=broken, compiled=None, rendered=None).blocks[0]
    assert finding.id == "merge_tag_unknown"
    assert f"Did you mean {{{{ {meant} }}}}?" in finding.cure


def test_a_custom_field_is_not_called_unknown(inspect):
    broken = TemplateBroken("Loops are not allowed.", tag="{{ field.city | loop }}")
    assert inspect(broken=broken, compiled=None, rendered=None).blocks[0].id == "merge_tag_broken"


def test_a_broken_tag_in_a_block_is_found_there(inspect):
    article = replace(inspect.good.article, blocks=(Paragraph("Fine"), Paragraph("Hi {{ a &amp; b }}")))
    broken = TemplateBroken("No.", tag="{{ a & b }}")
    assert inspect(article=article, broken=broken).blocks[0].place == "Block 2, paragraph, {{ a & b }}"


def test_fields_without_a_default_get_one_advice_that_lists_them(inspect):
    report = inspect.compiled(
        fields_without_default=frozenset({"subscriber.first_name", "field.city", "subscriber.email", "today"})
    )
    (finding,) = report.checks
    assert (finding.id, finding.severity, finding.count) == ("merge_tag_default", "advice", 2)
    assert "field.city, subscriber.first_name" in finding.message


@pytest.mark.parametrize("subject", ["", "   ", "\n"])
def test_an_empty_subject_blocks(inspect, found, subject):
    assert found(inspect.plan(subject=subject), "subject_empty") == [("block", "Subject")]


def test_a_subject_that_renders_to_nothing_blocks(inspect, found):
    report = inspect(
        plan=replace(inspect.good.plan, subject="{{ field.topic }}"),
        rendered=replace(inspect.good.rendered, subject=" "),
    )
    assert found(report, "subject_empty") == [("block", "Subject")]


@pytest.mark.parametrize(
    ("subject", "identity"),
    [("x" * 61, "subject_long"), ("Two\nlines", "subject_lines"), ("Re: our talk", "subject_false_reply")],
)
def test_odd_subjects_get_advice(inspect, found, subject, identity):
    assert found(inspect.plan(subject=subject), identity) == [("advice", "Subject")]


def test_a_subject_of_sixty_characters_is_fine(inspect):
    assert not inspect.plan(subject="x" * 60).checks


def test_a_tag_of_another_program_in_the_subject_needs_a_reason(inspect, found):
    assert found(inspect.plan(subject="Hi *|FNAME|*"), "subject_leftover") == [("reason", "Subject")]


@pytest.mark.parametrize(
    ("preheader", "identity"),
    [("", "preheader_empty"), (" \n", "preheader_empty"), ("Short", "preheader_short"), ("x" * 131, "preheader_long")],
)
def test_preheaders_that_do_not_fit_get_advice(inspect, found, preheader, identity):
    assert found(inspect.plan(preheader=preheader), identity) == [("advice", "Preview line")]


@pytest.mark.parametrize("length", [40, 130])
def test_preheaders_that_fit_are_fine(inspect, length):
    assert not inspect.plan(preheader="x" * length).checks


@pytest.mark.parametrize("address", ["", "post", "post@", "@example.test", "a b@example.test", "post@example"])
def test_a_sender_without_an_address_blocks(inspect, found, address):
    assert found(inspect(sender_email=address), "sender_address") == [("block", "Sender, address")]


def test_a_free_mail_sender_needs_a_reason_and_no_reply_gets_advice(inspect, found):
    assert found(inspect(sender_email="me@gmail.com"), "sender_free_mail") == [("reason", "Sender, address")]
    assert found(inspect(sender_email="no-reply@example.test"), "sender_no_reply") == [("advice", "Sender, address")]


def test_an_empty_audience_blocks_and_an_unknown_one_does_not(inspect, found):
    assert found(inspect(audience_size=0), "audience_empty") == [("block", "Audience")]
    assert not inspect(audience_size=None).checks
    assert not inspect(audience_size=1).checks


@pytest.mark.parametrize(
    ("href", "severity", "identity"),
    [
        ("", "block", "link_address"),
        ("#here", "block", "link_address"),
        ("more.html", "block", "link_address"),
        ("javascript:alert(1)", "block", "link_address"),
        ("data:text/html,x", "block", "link_address"),
        ("http://localhost:8080/", "block", "link_address"),
        ("http://127.0.0.1/", "block", "link_address"),
        ("https://192.168.1.4/", "block", "link_address"),
        ("https://intranet/wiki", "block", "link_address"),
        ("https://wiki.internal/", "block", "link_address"),
        ("https://example.test/{{ x }}", "block", "link_address"),
        ("https://example.test/%7B%7Bx%7D%7D", "block", "link_address"),
        ("https://example.test/?u=*|UNSUB|*", "block", "link_address"),
        ("mailto:", "block", "link_address"),
        ("http://example.test/", "advice", "link_insecure"),
    ],
)
def test_links_that_lead_nowhere_are_found(inspect, found, href, severity, identity):
    report = inspect.html("<p>Words", f'<p><a href="{href}">more</a>Words')
    assert found(report, identity) == [(severity, "Link “more”")]


@pytest.mark.parametrize("href", ["https://example.test/a?b=1&amp;c=2", "mailto:a@example.test", "tel:+15550100"])
def test_links_that_work_are_left_alone(inspect, href):
    found = inspect.html("<p>Words", f'<p><a href="{href}">more</a>Words').checks
    assert {finding.id for finding in found} <= {"links_differ"}  # the text part was left as it is


def test_a_link_is_placed_in_the_block_that_holds_it_and_counted(inspect):
    article = replace(inspect.good.article, blocks=(Paragraph('<a href="http://10.1.1.1/">more</a>'),))
    two = '<a href="http://10.1.1.1/">more</a><a href="http://10.1.1.1/">more</a><p>Words'
    (finding,) = inspect.html("<p>Words", two, article=article).blocks
    assert (finding.place, finding.count) == ("Block 1, paragraph", 2)


def test_rewritten_links_are_judged_by_where_they_lead(inspect, found):
    links = (RewrittenLink(1, "https://example.test/book"), RewrittenLink(2, "https://localhost/"))
    report = inspect.html(
        "<p>Words",
        '<a href="https://news.example.test/c/2/token">more</a><p>Words',
        compiled=replace(inspect.facts, links=links),
    )
    assert found(report, "link_address") == [("block", "Link “more”")]


def test_words_that_show_another_host_need_a_reason(inspect, found):
    report = inspect.html("<p>Words", '<a href="https://evil.test/">www.bank.example</a><p>Words')
    assert found(report, "link_mismatch") == [("reason", "Link “www.bank.example”")]


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("example.test", "https://www.example.test/a", ""),
        ("https://example.test/a", "https://shop.example.test/", ""),
        ("Read more", "https://example.test/", ""),
        ("Node.js rocks", "https://example.test/", ""),
        ("http://good.test/x", "https://evil.test/", "good.test"),
        ("notexample.test", "https://example.test/", "notexample.test"),
    ],
)
def test_the_host_that_words_name_is_compared_with_the_one_that_opens(text, address, shown):
    assert other_host(text, address) == shown


def test_a_service_on_a_local_address_gets_advice_and_its_links_are_no_trouble(inspect):
    local = "http://127.0.0.1:8000"
    good = inspect.good
    report = inspect(
        plan=replace(good.plan, click_base=f"{local}/c"),
        rendered=replace(
            good.rendered,
            html=good.rendered.html.replace("https://news.example.test", local),
            text=good.rendered.text.replace("https://news.example.test", local),
        ),
        links=good.links._replace(unsubscribe=f"{local}/u/token", browser_view=f"{local}/v/token"),
    )
    assert [(finding.id, finding.severity) for finding in report.checks] == [("own_address", "advice")]


def test_a_brand_without_a_postal_address_blocks(inspect, found):
    report = inspect(brand=replace(inspect.good.brand, address=" \n"))
    assert found(report, "postal_address") == [("block", "Brand, postal address")]


def test_a_letter_that_does_not_show_the_address_blocks(inspect, found):
    assert found(inspect.html("48 Harbour Street", ""), "postal_address") == [("block", "HTML part, footer")]
    assert found(inspect.letter(text="x" * 200 + "/u/token"), "postal_address") == [("block", "Text part, footer")]


def test_a_letter_without_its_unsubscribe_link_blocks_in_either_part(inspect, found):
    assert found(inspect.html("/u/token", "/elsewhere"), "unsubscribe") == [("block", "HTML part, footer")]
    text = inspect.good.rendered.text.replace("/u/token", "")
    assert found(inspect.letter(text=text), "unsubscribe") == [("block", "Text part, footer")]
    assert found(inspect.html(">Unsubscribe<", "><"), "unsubscribe") == [("block", "HTML part, footer")]


def test_without_knowing_the_links_the_unsubscribe_link_is_known_by_its_path(inspect, found):
    assert not found(inspect(links=None), "unsubscribe")
    report = inspect.html("/u/token", "/elsewhere", links=None)
    assert found(report, "unsubscribe") == [("block", "HTML part, footer")]


def test_an_empty_text_part_blocks_and_a_thin_one_gets_advice(inspect, found):
    assert found(inspect.letter(text=" \n"), "text_part") == [("block", "Text part")]
    assert found(inspect.letter(text="Look at it online."), "text_part") == [("advice", "Text part")]


def test_a_letter_must_say_its_language(inspect, found):
    for declared in ("", "und", "English!"):
        assert found(inspect.html('lang="en"', f'lang="{declared}"'), "language") == [("reason", "Language")]
    report = inspect(article=replace(inspect.good.article, language="fr"))
    assert found(report, "language_differs") == [("advice", "Language")]
    assert not inspect(article=replace(inspect.good.article, language="en-GB")).checks


@pytest.mark.parametrize(
    ("size", "expected"),
    [(79_999, []), (80_000, ["advice"]), (99_999, ["advice"]), (100_000, ["reason"])],
)
def test_the_size_of_the_html_warns_before_gmail_cuts(inspect, found, size, expected):
    assert [severity for severity, _ in found(inspect.compiled(html_size=size), "html_size")] == expected
