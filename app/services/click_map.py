"""The letter as it left, with a numbered badge at every link: where people clicked, and how many."""

import re
from collections.abc import Mapping
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Tracking, Variant
from app.services.envelopes import envelope_from_json
from app.services.letters import ANYBODY, load_compiled
from app.urls import click_base, letter_links
from emails.render.personalise import render_letter

BADGE = (
    '<span style="display:inline-block;margin:0 4px;padding:1px 7px;border-radius:10px;background:#0F6461;'
    "color:#FFFFFF;"
    "font:600 12px/18px Arial,sans-serif;text-decoration:none;letter-spacing:0;white-space:nowrap;"
    'text-transform:none">{}</span>'
)
LINK = re.compile(r"<a\b[^>]*?\shref=\"(?P<address>[^\"]*)\"[^>]*>", re.IGNORECASE)


def click_map(session: Session, campaign_id: int, badges: Mapping[int, str]) -> str | None:
    """The letter's HTML for nobody in particular, the words of `badges` at each link; None before it was frozen.

    Its links lead nowhere, and what would count an opening is taken out: looking at the report is not reading.
    """
    variants = select(Variant.id, Variant.envelope).where(Variant.campaign_id == campaign_id, Variant.envelope != "")
    found = session.execute(variants.order_by(Variant.tracking == Tracking.OFF, Variant.id)).first()
    if found is None:
        return None
    base = envelope_from_json(found.envelope).base_url
    links = letter_links(0, base)
    html = render_letter(load_compiled(session, found.id), ANYBODY, links).html
    html = re.sub(rf"<img\b[^>]*{re.escape(links.track_token)}[^>]*>", "", html)
    return with_badges(html, click_base(base), badges)


def with_badges(html: str, clicks_at: str, badges: Mapping[int, str]) -> str:
    numbered = re.compile(rf"{re.escape(clicks_at)}/(\d+)/")

    def marked(link: re.Match[str]) -> str:
        bare = link[0].replace(f'href="{link["address"]}"', 'href="#"', 1)
        number = numbered.match(link["address"])
        words = badges.get(int(number[1])) if number else None
        return bare + BADGE.format(escape(words)) if words else bare

    return LINK.sub(marked, html)
