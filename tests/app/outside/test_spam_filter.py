"""The filter's report is read as it stands; without the program nothing is claimed."""

from datetime import UTC, datetime

import pytest

from app.outside.spam_filter import find_program, judge, read_opinion
from emails.mime.build import LetterHeaders, compose
from emails.render.compile import compile_letter
from tests.emails.render.samples import AMARA, BRAND, LINKS, PLAN, client_article

WHEN = datetime(2027, 1, 6, 9, tzinfo=UTC)

REPORT = """
Content analysis details:   (4.2 points, 5.0 required)

 pts rule name              description
---- ---------------------- --------------------------------------------------
 0.7 HTML_FONT_LOW_CONTRAST BODY: HTML font color similar or identical to
                            background
-0.0 NO_RELAYS              Informational: message was not relayed via SMTP
 3.5 MIME_HTML_ONLY         BODY: Message only has text/html MIME parts
"""


def test_the_report_is_read_the_heaviest_rule_first():
    opinion = read_opinion(REPORT)
    assert (opinion.points, opinion.required) == (4.2, 5.0)
    assert [rule.name for rule in opinion.rules] == ["MIME_HTML_ONLY", "HTML_FONT_LOW_CONTRAST"]


def test_a_report_that_a_message_pretends_is_not_the_one_below_it():
    assert read_opinion(f"(-99.0 points, 5.0 required)\n{REPORT}").points == 4.2


@pytest.mark.parametrize("said", ["", "spamassassin: no rules found", "(many points, 5.0 required)"])
def test_what_cannot_be_read_is_no_opinion(said):
    assert read_opinion(said) is None


def test_a_program_that_is_not_there_has_no_opinion(monkeypatch):
    monkeypatch.setattr("app.outside.spam_filter.PROGRAM", "no-such-program-here")
    assert find_program() == ""
    assert judge(b"Subject: x\r\n\r\nx") is None
    assert judge(b"x", program="/no/such/program") is None


@pytest.mark.system
def test_the_real_filter_takes_the_clients_article_for_no_spam():
    letter = compile_letter(client_article(), BRAND, PLAN)
    message = compose(
        letter, LetterHeaders("m1.abc@example.test", WHEN, "Clearer Days", "n@example.test"), AMARA, LINKS
    )
    opinion = judge(message)
    assert opinion.points < opinion.required / 2
