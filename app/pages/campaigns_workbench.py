"""What the page of a campaign shows while it is written: steps with their states in words, findings, the audience.

Gathers; changes nothing. Used by every door that answers with a part of that page.
"""

from collections import Counter
from typing import Any
from zoneinfo import available_timezones

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.models import Campaign
from app.pages.campaigns_archive import archive_part
from app.pages.campaigns_designs import designs
from app.pages.campaigns_editor import editor_of
from app.pages.guards import viewer
from app.permissions import Act, can
from app.queries.campaigns import lists_of_campaign
from app.queries.lists import list_overview
from app.queries.readers import readers_of_campaign
from app.services.articles import article_of
from app.services.audience import AudienceCount, count_audience
from app.services.letters import check_campaign
from app.services.senders import senders_of
from emails.articles.blocks import Article, CallToAction, Heading, Image, List, Paragraph, every_block
from emails.preflight.report import PreflightReport
from emails.themes.catalogue import THEMES

READERS_SHOWN = 25
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


def asked_reader() -> int | None:
    reader = request.values.get("reader", "")
    return int(reader) if reader.isdecimal() else None


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


def look_state(campaign: Campaign) -> str:
    theme = THEMES[campaign.theme].title if campaign.theme in THEMES else campaign.theme
    subject = _("“%(subject)s”", subject=campaign.subject) if campaign.subject else _("no subject yet")
    return f"{theme}, {subject}"


def people_state(audience: AudienceCount, names: list[str]) -> str:
    if not names:
        return _("Choose a list")
    people = ngettext("%(num)s person", "%(num)s people", audience.confirmed)
    return _("%(people)s on %(lists)s", people=people, lists=", ".join(names))


def check_state(report: PreflightReport) -> str:
    if report.blocks:
        return ngettext("%(num)s thing must be mended first", "%(num)s things must be mended first", len(report.blocks))
    if report.reasons:
        return ngettext("%(num)s thing needs a reason", "%(num)s things need a reason", len(report.reasons))
    return _("Ready to send")


def states(session: Any, campaign: Campaign) -> dict[str, str]:
    """Each step's state in words, as it is now."""
    audience = count_audience(session, campaign.id)
    names = [row.name for row in lists_of_campaign(session, campaign.id).included]
    return {
        "write": write_state(article_of(session, campaign.id).article),
        "look": look_state(campaign),
        "people": people_state(audience, names),
        "check": check_state(check_campaign(session, campaign.id)),
    }


def workbench(session: Any, campaign: Campaign, **more: Any) -> dict[str, Any]:
    """Everything that show.html and its parts use; `more` wins (a problem to show, what was typed)."""
    held = article_of(session, campaign.id)
    chosen = lists_of_campaign(session, campaign.id)
    audience = count_audience(session, campaign.id)
    report = check_campaign(session, campaign.id)
    fresh = not held.article.title and not held.article.blocks
    context = {
        "campaign": campaign,
        "article": held.article,
        "revision": held.revision,
        "editor": editor_of(session, campaign),
        "conflict": None,
        "designs": designs(session, campaign, held.article.title),
        "languages": LANGUAGES,
        "senders": senders_of(session, campaign.brand_id),
        "lists": list_overview(session),
        "included": {row.id for row in chosen.included},
        "excluded": {row.id for row in chosen.excluded},
        "readers": readers_of_campaign(session, campaign.id, most=READERS_SHOWN),
        "reader_id": asked_reader(),
        "view": asked_view(),
        "views": views(),
        "open_steps": {"write"} if fresh else {"write", "look", "people", "check"},
        "states": {
            "write": write_state(held.article),
            "look": look_state(campaign),
            "people": people_state(audience, [row.name for row in chosen.included]),
            "check": check_state(report),
        },
        "focus": None,
        "paste_to": url_for("campaigns_article.paste", campaign_id=campaign.id),
        "pasted": "",
        "problem": "",
        "removed": "",
        "oob": False,
        "checked_anyway": CHECKED_ANYWAY,
    }
    return {**context, **archive_part(session, campaign), **sending(campaign, report, audience), **more}


def sending(campaign: Campaign, report: PreflightReport, audience: AudienceCount) -> dict[str, Any]:
    """What the step "Check and send" shows."""
    return {
        "campaign": campaign,
        "report": report,
        "audience": audience,
        "may_edit": can(viewer().role, Act.WRITE),
        "may_send": can(viewer().role, Act.SEND),
        "current_user_email": viewer().email,
        "reader_id": asked_reader(),
        "zones": sorted(available_timezones()),
        "schedule_zone": viewer().time_zone,
        "schedule_at": "",
        "schedule_problem": "",
        "override_reason": "",
    }
