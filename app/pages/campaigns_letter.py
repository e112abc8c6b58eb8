"""The letter beside the steps, as the server renders it for one person in one view; and test letters."""

import re
from html import escape, unescape

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.database.session import reading, transaction
from app.pages.campaigns_workbench import asked_reader, asked_view
from app.pages.guards import needs
from app.permissions import Act
from app.services.articles import article_of
from app.services.campaigns import get_campaign
from app.services.letters import preview
from app.services.notices import queue_test_letter
from app.services.senders import get_sender
from emails.articles.edit import words_of
from emails.articles.edit_path import block_at, read_path
from emails.articles.inline import text_of
from emails.errors import ArticleBroken, LetterError
from emails.letter import RenderedLetter
from emails.themes.catalogue import THEMES

blueprint = Blueprint("campaigns_letter", __name__, url_prefix="/campaigns/<int:campaign_id>/letter")

MOST_TEST_LETTERS = 20
DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
FRAME_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; frame-ancestors 'self'; sandbox"
HIDDEN_LINE = re.compile(r"<div[^>]*display:\s*none[^>]*>([^<]*)<", re.IGNORECASE)
FILLER = dict.fromkeys((0x034F, 0x2007, 0x200C, 0x00AD, 0xFEFF, 0x00A0), " ")
WORDS_TO_FIND = 24


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
        return framed(render_template("pages/campaigns/frame_inbox.html", **inbox))
    return framed(shown(letter, near, dark=view == "dark"), images=view != "images")


def asked_design() -> str:
    """A design to be looked at before it is chosen, "" for the chosen one."""
    design = request.args.get("design", "")
    return design if design in THEMES else ""


def framed(html: str, *, images: bool = True) -> ResponseReturnValue:
    policy = FRAME_POLICY.format(images="'self' https: http: data:" if images else "'none'")
    return html, 200, {"Content-Security-Policy": policy, "Cache-Control": "no-store"}


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


@blueprint.post("/test")
@needs(Act.WRITE)
def test(campaign_id: int) -> ResponseReturnValue:
    """Sends the letter, marked as a test, to the addresses given."""
    addresses = [part.strip() for part in re.split(r"[,;\s]+", request.form.get("addresses", "")) if part.strip()]
    with transaction() as session:
        sent = queue_test_letter(session, campaign_id, addresses, as_subscriber_id=asked_reader())
    flash(ngettext("%(num)s test letter is on its way.", "%(num)s test letters are on their way.", len(sent)), "good")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="step-check"), 303)
