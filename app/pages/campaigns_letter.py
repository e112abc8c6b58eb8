"""The letter beside the steps, as the server renders it for one person in one view."""

import re
from html import escape, unescape

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.database.session import reading
from app.pages.campaigns_reader import asked_reader
from app.pages.campaigns_workbench import asked_view
from app.pages.guards import needs
from app.permissions import Act
from app.services.articles import article_of
from app.services.campaigns import get_campaign
from app.services.letters import preview
from app.services.senders import get_sender
from emails.articles.edit import words_of
from emails.articles.edit_path import block_at, read_path
from emails.articles.inline import text_of
from emails.errors import ArticleBroken, LetterError
from emails.letter import RenderedLetter
from emails.themes.catalogue import THEMES

blueprint = Blueprint("campaigns_letter", __name__, url_prefix="/campaigns/<int:campaign_id>/letter")

DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
# A stranger to our origin that may run, send and open nothing: not even a press on one of its links leads anywhere new.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)
HIDDEN_LINE = re.compile(r"<div[^>]*display:\s*none[^>]*>([^<]*)<", re.IGNORECASE)
FILLER = dict.fromkeys((0x034F, 0x2007, 0x200C, 0x00AD, 0xFEFF, 0x00A0), " ")
WORDS_TO_FIND = 24
OWN_DESIGN = re.compile(r"design-\d{1,12}")
# Signs of plain Latin text that telephones of 375 px show, in their usual size, of subject and preview line.
CUT_AT = {"sender": 25, "subject": 36, "preview": 85}


@blueprint.get("")
@needs(Act.SEE)
def frame(campaign_id: int) -> ResponseReturnValue:
    """One view of the letter, for the sandboxed frame. `near` is the position of the block being written."""
    view = asked_view()
    with reading() as session:
        try:
            letter = preview(session, campaign_id, as_subscriber_id=asked_reader(), design=asked_design())
        except LetterError as error:
            return framed(render_template("pages/campaigns/frame_problem.html", problem=str(error)))
        campaign = get_campaign(session, campaign_id)
        sender = get_sender(session, campaign.sender_id).name if campaign.sender_id else ""
        near = nearby_words(session, campaign_id)
    if view == "text":
        return framed(render_template("pages/campaigns/frame_text.html", letter=letter))
    if view == "inbox":
        inbox = {"letter": letter, "sender_name": sender, "preview_line": preview_line(letter)}
        return framed(render_template("pages/campaigns/frame_inbox.html", cut=CUT_AT, **inbox))
    return framed(shown(letter, near, dark=view == "dark"), images=view != "images")


def asked_design() -> str:
    """A design to be looked at before it is chosen, "" for the chosen one."""
    design = request.args.get("design", "")
    return design if design in THEMES or OWN_DESIGN.fullmatch(design) else ""


def framed(html: str, *, images: bool = True) -> ResponseReturnValue:
    policy = FRAME_POLICY.format(images="'self' https: http: data:" if images else "'none'")
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
    }
    return html, 200, headers


def shown(letter: RenderedLetter, near: str, *, dark: bool) -> str:
    """The letter in the light or the dark that was asked for, whatever the screen prefers; links open nothing here."""
    html = DARK.sub("@media all" if dark else "@media not all", letter.html)
    scheme = "dark" if dark else "light"
    html = html.replace("</head>", f"<style>:root{{color-scheme:{scheme}!important}}</style></head>", 1)
    if near:
        start = html.find(near, html.find("<body"))
        if start > 0:
            inside = html.rfind(">", 0, start) + 1
            html = f'{html[:inside]}<i id="here"></i>{html[inside:]}'
    return html


def preview_line(letter: RenderedLetter) -> str:
    """What an inbox shows after the subject: the hidden line at the letter's beginning, without its filler."""
    hidden = HIDDEN_LINE.search(letter.html)
    return unescape(hidden[1]).translate(FILLER).strip() if hidden else ""


def nearby_words(session: object, campaign_id: int) -> str:
    """The first words of the block being written, as they stand in the letter's HTML."""
    near = request.args.get("near", "")
    blocks = article_of(session, campaign_id).article.blocks  # type: ignore[arg-type]
    try:
        words = next(iter(words_of(block_at(blocks, read_path(near)))), "")
    except ArticleBroken:
        return ""
    return escape(re.split(r"[<{&]", text_of(words))[0].strip()[:WORDS_TO_FIND], quote=False)
