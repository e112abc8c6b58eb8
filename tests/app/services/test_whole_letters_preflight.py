"""A sound letter that was written whole raises no alarm; what is wrong with its HTML is measured on what leaves."""

import pytest

from app.database.session import transaction
from app.models.preflight import CheckKind
from app.services.check_subjects import subjects_of
from app.services.letter_checks import Result, ask_for, finish, take_up
from app.services.preflight import check_campaign
from app.services.sources import write_source
from emails.preflight.report import Finding, Severity
from tests.factories.ready import make_ready

FOOTER = '{{ brand.name }}, {{ brand.address }}. <a href="{{ links.unsubscribe }}">Unsubscribe</a>'
TABLES = f"""<html lang="en"><head><title>Water</title><style>
@media (max-width:600px){{p{{font-size:18px}}}}</style></head>
<body><div style="display:none">A hidden line</div><table width="100%" bgcolor="#f4f4f4"><tr><td>
<img src="https://shop.letters.org/logo.png" alt="The shop" width="200"><h1>Water in winter</h1>
<p>Hello {{{{ subscriber.first_name | default('there') }}}}, drink <a href="https://shop.letters.org/a">enough</a>.</p>
<table><tr><td bgcolor="#0f6461" style="border-radius:6px"><a href="https://shop.letters.org/buy"
 style="color:#ffffff;padding:12px">Buy water</a></td></tr></table><p>{FOOTER}</p></td></tr></table></body></html>"""
MJML = f"""<mjml lang="en"><mj-body><mj-section><mj-column><mj-text><h1>Water</h1><p>Drink enough of it.</p></mj-text>
<mj-button href="https://shop.letters.org/buy">Buy</mj-button><mj-text>{FOOTER}</mj-text>
</mj-column></mj-section></mj-body></mjml>"""
FAINT = f'<html lang="en"><body><h1>Water</h1><p style="color:#bbb">Faint words.</p><p>{FOOTER}</p></body></html>'


def severe(session, text: str) -> list[str]:
    campaign = make_ready(session)[0]
    write_source(session, campaign.id, text)
    report = check_campaign(session, campaign.id)
    return [finding.id for finding in (*report.blocks, *report.reasons)]


@pytest.mark.parametrize("text", [TABLES, MJML])
def test_a_sound_whole_letter_needs_no_reason(database, text):
    with transaction() as session:
        assert severe(session, text) == []


def test_faint_words_of_a_whole_letter_need_one(database):
    with transaction() as session:
        assert severe(session, FAINT) == ["contrast"]


def test_what_a_long_check_found_names_no_block_of_a_letter_without_blocks(database):
    dead = Finding("link_dead", Severity.REASON, "Block 4, paragraph", "It is gone.", "Correct it.")
    with transaction() as session:
        campaign_id = make_ready(session)[0].id
        write_source(session, campaign_id, TABLES)
        ask_for(session, campaign_id, subjects_of(session, campaign_id))
        finish(session, take_up(session, campaign_id, CheckKind.LINKS), Result((dead,)))
        (found,) = check_campaign(session, campaign_id).reasons
        assert (found.id, found.place) == ("link_dead", "Letter")
