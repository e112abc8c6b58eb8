"""What the page of a campaign shows while it is written: steps with their states in words, findings, the audience.

Gathers; changes nothing. Used by every door that answers with a part of that page.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from zoneinfo import available_timezones

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.database.session import Session
from app.models import Campaign
from app.pages.campaigns_archive import archive_part
from app.pages.campaigns_check_words import checks_part
from app.pages.campaigns_departure import departure_part
from app.pages.campaigns_departure_words import warm_up_words
from app.pages.campaigns_designs import design_title, designs
from app.pages.campaigns_editor import editor_of
from app.pages.campaigns_pictures import picture_state
from app.pages.campaigns_reader import asked_reader, asked_words, readers_offered
from app.pages.campaigns_tests import tests_part
from app.pages.guards import viewer
from app.permissions import Act, can
from app.queries.campaigns import ChosenList, lists_of_campaign
from app.queries.lists import list_overview
from app.queries.segments import Named, segment_names, segments_of_campaign
from app.services.approvals import Standing, approval_now
from app.services.articles import article_of
from app.services.audience import AudienceCount, count_audience
from app.services.preflight import Preflight, check_campaign, preflight
from app.services.senders import senders_of
from app.services.sources import can_come_back, check_text, source_of
from emails.articles.blocks import Article, CallToAction, Heading, Image, List, Paragraph, every_block
from emails.preflight.report import PreflightReport

CHECKED_ANYWAY = ("image_missing", "button_address_missing")
VIEWS = ("desktop", "phone", "dark", "images", "text", "inbox")
LANGUAGES = (("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("ar", "العربية"))


def views() -> list[tuple[str, str, str]]:
    return [
        ("desktop", _("Desktop"), "monitor"),
        ("phone", _("Phone"), "smartphone"),
        ("dark", _("Dark"), "moon"),
        ("images", _("No images"), "image-off"),
        ("text", _("Text"), "text"),
        ("inbox", _("Inbox line"), "inbox"),
    ]


def asked_view() -> str:
    view = request.args.get("view", "desktop")
    return view if view in VIEWS else "desktop"


def write_state(article: Article) -> str:
    """The article in words: "4 headings, 1 list, the button needs an address"."""
    if not article.title and not article.blocks:
        return _("Paste your article to begin")
    blocks = tuple(every_block(article.blocks))
    count = Counter(type(block) for block in blocks)
    found = [
        (Heading, ngettext("%(num)s heading", "%(num)s headings", count[Heading])),
        (Paragraph, ngettext("%(num)s paragraph", "%(num)s paragraphs", count[Paragraph])),
        (List, ngettext("%(num)s list", "%(num)s lists", count[List])),
    ]
    words = [text for kind, text in found if count[kind]]
    if any(isinstance(block, CallToAction) and not block.url for block in blocks):
        words.append(_("the button needs an address"))
    if any(isinstance(block, Image) and not block.src for block in blocks):
        words.append(_("a picture is missing"))
    return ", ".join(words) or _("Only a title so far")


def source_state(kind: str, problems: int) -> str:
    """A letter written whole in words: "A whole letter in MJML, 2 things must be mended"."""
    said = _("A whole letter in %(kind)s", kind=kind.upper())
    mend = ngettext("%(num)s thing must be mended", "%(num)s things must be mended", problems)
    return f"{said}, {mend}" if problems else said


def look_state(session: Session, campaign: Campaign, *, is_whole: bool = False) -> str:
    subject = _("“%(subject)s”", subject=campaign.subject) if campaign.subject else _("no subject yet")
    return subject if is_whole else f"{design_title(session, campaign)}, {subject}"


def names_of(rows: Iterable[ChosenList | Named]) -> str:
    return ", ".join(row.name for row in rows)


def people_now(session: Session, campaign: Campaign, audience: AudienceCount) -> str:
    """The audience in words: "18 people on Monthly letter in Lyon"."""
    lists = names_of(lists_of_campaign(session, campaign.id).included)
    segments = names_of(segments_of_campaign(session, campaign.id).included)
    if not lists:
        return _("Choose a list")
    people = ngettext("%(num)s person", "%(num)s people", audience.confirmed)
    told = _("%(people)s on %(lists)s", people=people, lists=lists)
    return _("%(people)s in %(segments)s", people=told, segments=segments) if segments else told


def check_state(report: PreflightReport, standing: Standing) -> str:
    if report.blocks:
        return ngettext("%(num)s thing must be mended first", "%(num)s things must be mended first", len(report.blocks))
    if report.reasons:
        return ngettext("%(num)s thing needs a reason", "%(num)s things need a reason", len(report.reasons))
    return _("Ready to send") if standing in {Standing.UNNEEDED, Standing.APPROVED} else _("Needs an approval")


def states(session: Session, campaign: Campaign) -> dict[str, str]:
    """Each step's state in words, as it is now."""
    audience = count_audience(session, campaign.id)
    return {
        **written_states(session, campaign),
        "people": people_now(session, campaign, audience),
        "check": check_state(check_campaign(session, campaign.id), approval_now(session, campaign).standing),
    }


def written_states(session: Session, campaign: Campaign) -> dict[str, str]:
    held = source_of(session, campaign.id)
    if held is None:
        return {
            "write": write_state(article_of(session, campaign.id).article),
            "look": look_state(session, campaign),
        }
    problems = len(check_text(held.source.text)[0])
    return {
        "write": source_state(held.source.kind, problems),
        "look": look_state(session, campaign, is_whole=True),
    }


def written_whole(session: Session, campaign: Campaign) -> dict[str, Any]:
    """What the step "Write" shows of a letter that was written whole; `source` None where it is made of blocks."""
    held = source_of(session, campaign.id)
    if held is None:
        return {"source": None, "can_come_back": can_come_back(session, campaign.id)}
    refusals, remarks = check_text(held.source.text)
    return {"source": held, "refusals": refusals, "remarks": remarks, "places": False}


NOTHING_SAID: dict[str, Any] = {
    "focus": None, "focus_field": "", "pasted": "", "problem": "", "removed": "", "oob": False,
}  # fmt: skip
"""What the page says of the last act, where there was none."""


def workbench(session: Session, campaign: Campaign, **more: Any) -> dict[str, Any]:
    """Everything that show.html and its parts use; `more` wins (a problem to show, what was typed)."""
    held = article_of(session, campaign.id)
    audience = count_audience(session, campaign.id)
    now = preflight(session, campaign.id)
    whole = written_whole(session, campaign)
    fresh = not whole["source"] and not held.article.title and not held.article.blocks
    context = {
        "campaign": campaign,
        "article": held.article,
        "revision": held.revision,
        "editor": editor_of(session, campaign),
        "conflict": None,
        "designs": designs(session, campaign, held.article.title),
        "languages": LANGUAGES,
        "senders": senders_of(session, campaign.brand_id),
        "readers": readers_offered(session, campaign.id),
        "who": asked_words(),
        "reader_id": asked_reader(),
        "view": asked_view(),
        "views": views(),
        "open_steps": {"write"} if fresh else {"write", "look", "people", "check"},
        "states": {
            **written_states(session, campaign),
            "people": people_now(session, campaign, audience),
            "check": check_state(now.report, approval_now(session, campaign).standing),
        },
        "paste_to": url_for("campaigns_article.paste", campaign_id=campaign.id),
        "checked_anyway": CHECKED_ANYWAY,
        "pictures": picture_state(session, campaign.id, held.article),
        "campaign_id": campaign.id,
    }
    parts = {
        **archive_part(session, campaign),
        **audience_part(session, campaign),
        **departure_part(session, campaign),
        **sending(session, campaign, now, audience),
    }
    return {**NOTHING_SAID, **context, **whole, **parts, **more}


def audience_part(session: Session, campaign: Campaign) -> dict[str, Any]:
    """What the step "To whom" offers, and what of it is chosen."""
    lists, segments = lists_of_campaign(session, campaign.id), segments_of_campaign(session, campaign.id)
    return {
        "lists": list_overview(session),
        "included": {row.id for row in lists.included},
        "excluded": {row.id for row in lists.excluded},
        "segments": segment_names(session),
        "narrowed_to": {one.id for one in segments.included},
        "left_out_segments": {one.id for one in segments.excluded},
    }


def sending(session: Any, campaign: Campaign, now: Preflight, audience: AudienceCount) -> dict[str, Any]:
    """What the step "Check and send" shows."""
    approval = approval_now(session, campaign)
    return {
        **checks_part(session, now),
        **tests_part(session, campaign),
        "check_state": check_state(now.report, approval.standing),
        "campaign": campaign,
        "report": now.report,
        "approval": approval,
        "viewer_id": viewer().id,
        "audience": audience,
        "may_edit": can(viewer().role, Act.WRITE),
        "may_send": can(viewer().role, Act.SEND),
        "zones": sorted(available_timezones()),
        "schedule_zone": viewer().time_zone,
        "schedule_at": "",
        "schedule_problem": "",
        "override_reason": "",
        "warm_up_words": warm_up_words(session, campaign, audience.confirmed),
    }
