"""What stands in every letter of a campaign, besides the words."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from app.config import load_settings
from app.services.envelopes import Envelope
from app.services.letter_rows import LetterRow
from app.tokens import current_key_id, init_tokens
from app.urls import init_urls
from emails.articles.blocks import Article, Paragraph
from emails.content import Brand, LetterPlan
from emails.render.compile import compile_letter
from tests.conftest import SECRET
from workers.sending.writers import prepare_draft, write_letter

NOW = datetime(2027, 1, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def letter_of(tmp_path):
    """letter_of(smtp_url=...) writes the letter as it leaves with these settings."""

    def write(**given):
        settings = load_settings(data=tmp_path, given_secret=SECRET, **given)
        init_tokens(settings, suppression_key="kept")
        init_urls(settings)
        return written()

    return write


@pytest.fixture
def letter(letter_of):
    return letter_of(smtp_url="smtp://mail.example.org:587")


def written():
    envelope = Envelope(
        from_name="Clearer Days", from_email="news@clearer.example", reply_to="", brand_id=3,
        brand_name="Clearer Days", list_name="demo", list_id="4f2a.clearer.example",
        key_id=current_key_id(), base_url="https://news.example",
    )  # fmt: skip
    plan = LetterPlan(subject="Hello", click_base="https://news.example/c")
    compiled = compile_letter(Article("Hello", (Paragraph("Words."),)), Brand("Clearer Days", "Harbour Street"), plan)
    draft = prepare_draft(compiled, envelope, campaign_id=7, date=NOW)
    row = LetterRow(11, 1, 0, "amara@example.test", "Amara", "", "en", {})
    return write_letter({1: draft}, row, date=NOW)


def test_a_letter_carries_every_field_a_provider_asks_for(letter):
    mail = message_from_bytes(letter.body, policy=policy.default)
    assert mail["Feedback-ID"] == "c7:4f2a:campaign:letterwright3"
    assert mail["List-Id"] == "demo <4f2a.clearer.example>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://news.example/u/")
    assert mail["Message-ID"].endswith("@clearer.example>")
    assert mail["Auto-Submitted"] is None


def test_the_identity_of_a_letter_is_the_same_at_every_try(letter, tmp_path):
    name = message_from_bytes(letter.body, policy=policy.default)["Message-ID"].strip("<>").partition("@")[0]
    assert name.startswith("m11.")
    assert letter.sender == f"news+{name}@clearer.example"


def mailed(letter_of, **settings):
    return message_from_bytes(letter_of(**settings).body, policy=policy.default)


def test_the_mailbox_for_leaving_bears_the_same_token_after_the_one_https_address(letter_of):
    with_catcher = mailed(letter_of)["List-Unsubscribe"]
    token = with_catcher.partition("/u/")[2].partition(">")[0]
    mailto = f"<mailto:u+{token}@clearer.example?subject=unsubscribe>"
    assert with_catcher == f"<https://news.example/u/{token}>, {mailto}"
    assert "mailto" not in mailed(letter_of, smtp_url="smtp://mail.example.org:587")["List-Unsubscribe"]


def test_fields_that_stand_once_stand_once(letter_of):
    names = [name.lower() for name in mailed(letter_of).keys()]  # noqa: SIM118  a letter's keys may repeat
    assert len(names) == len(set(names))
    assert names.index("list-unsubscribe") + 1 == names.index("list-unsubscribe-post")
