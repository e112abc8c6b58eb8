"""Test letters: to addresses and saved groups of them, as whoever the letter is looked at as; what became of each."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.database.session import Session, reading, transaction
from app.errors import InvalidInput, WrongState
from app.models import Campaign, NoticeStatus
from app.pages.campaigns_reader import asked_reader, reader_name
from app.pages.guards import needs, viewer
from app.permissions import Act, can
from app.queries.sent_tests import count_recent_tests, sent_tests_of
from app.services import address_groups
from app.services.campaigns import get_campaign
from app.services.notices import MOST_TEST_LETTERS, MOST_TESTS_AN_HOUR, queue_test_letter

blueprint = Blueprint("campaigns_tests", __name__, url_prefix="/campaigns/<int:campaign_id>/tests")

NO_ERRORS = {"emails": "", "group": ""}


def tests_part(session: Session, campaign: Campaign, **more: Any) -> dict[str, Any]:
    """Everything that _tests.html uses; `more` wins (what was typed, and why it was refused)."""
    sent = sent_tests_of(session, campaign.id)
    part = {
        "campaign": campaign,
        "groups": address_groups.groups_of(session, campaign.brand_id),
        "chosen_groups": set(),
        "tests": sent,
        "tests_live": any(one.status == NoticeStatus.PENDING for one in sent),
        "tests_open": False,
        "test_addresses": viewer().email,
        "test_group": "",
        "test_errors": NO_ERRORS,
        "keep_tests": False,
        "test_told": "",
        "tests_left": max(0, MOST_TESTS_AN_HOUR - count_recent_tests(session)),
        "most_tests": MOST_TEST_LETTERS,
        "most_tests_an_hour": MOST_TESTS_AN_HOUR,
        "reader_id": asked_reader(),
        "reader_name": reader_name(session, asked_reader()),
        "may_test": can(viewer().role, Act.WRITE),
    }
    return {**part, **more}


@blueprint.get("")
@needs(Act.SEE)
def outcomes(campaign_id: int) -> ResponseReturnValue:
    """The list of tests alone, asked for again while one is on its way."""
    with reading() as session:
        campaign = get_campaign(session, campaign_id)
        return render_template("pages/campaigns/_tests_sent.html", **tests_part(session, campaign))


@blueprint.post("")
@needs(Act.WRITE)
def send(campaign_id: int) -> ResponseReturnValue:
    """Sends the letter, marked as a test, to the addresses and groups given; or saves the addresses as a group."""
    form = request.form
    addresses = address_groups.split_addresses(form.get("addresses", ""))
    chosen = set(form.getlist("group_id", type=int))
    typed = {"test_addresses": form.get("addresses", ""), "test_group": form.get("group", ""), "chosen_groups": chosen}
    try:
        with transaction() as session:
            campaign = get_campaign(session, campaign_id)
            if form.get("act") == "save":
                name = form.get("group", "")
                group = address_groups.save_group(session, campaign.brand_id, name, addresses, user_id=viewer().id)
                told = _("Saved as “%(name)s”.", name=group.name)
                typed |= {"test_group": "", "chosen_groups": {group.id}, "test_addresses": ""}
            else:
                told = queued(session, campaign, addresses, chosen)
    except (InvalidInput, WrongState) as refusal:
        return refused(campaign_id, refusal, typed)
    return answer(campaign_id, told, **typed)


def queued(session: Session, campaign: Campaign, addresses: list[str], chosen: set[int]) -> str:
    """Queues them; what the page says of it."""
    of_groups = [
        one
        for group in address_groups.groups_of(session, campaign.brand_id)
        if group.id in chosen
        for one in group.addresses
    ]
    sent = queue_test_letter(
        session, campaign.id, [*addresses, *of_groups], as_subscriber_id=asked_reader(), user_id=viewer().id
    )
    return ngettext("%(num)s test letter is on its way.", "%(num)s test letters are on their way.", len(sent))


@blueprint.post("/groups/<int:group_id>/delete")
@needs(Act.WRITE)
def delete_group(campaign_id: int, group_id: int) -> ResponseReturnValue:
    with transaction() as session:
        campaign = get_campaign(session, campaign_id)
        address_groups.delete_group(session, campaign.brand_id, group_id, user_id=viewer().id)
    return answer(campaign_id, _("The group was deleted."))


def answer(campaign_id: int, told: str, **typed: Any) -> ResponseReturnValue:
    if request.headers.get("HX-Request") != "true":
        flash(told, "good")
        return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="test-letters"), 303)
    with reading() as session:
        part = tests_part(session, get_campaign(session, campaign_id), test_told=told, tests_open=True, **typed)
        return render_template("pages/campaigns/_tests.html", **part)


def refused(campaign_id: int, refusal: InvalidInput | WrongState, typed: dict[str, Any]) -> ResponseReturnValue:
    fields = refusal.fields if isinstance(refusal, InvalidInput) else {"emails": str(refusal)}
    if request.headers.get("HX-Request") != "true":
        flash(" ".join(fields.values()), "bad")
        return redirect(url_for("campaigns.show", campaign_id=campaign_id, _anchor="test-letters"), 303)
    given = {**typed, "test_errors": {**NO_ERRORS, **fields}, "tests_open": True}
    with reading() as session:
        part = tests_part(session, get_campaign(session, campaign_id), **given)
        return render_template("pages/campaigns/_tests.html", **part), 422
