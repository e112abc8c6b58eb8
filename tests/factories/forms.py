"""Sign-up forms, and what was typed into them."""

from itertools import count

from altcha import Challenge, Payload, solve_challenge
from sqlalchemy.orm import Session

from app.clock import now
from app.models import Brand, Form, FormList, MailingList, SignUp
from app.services import form_defence
from app.services.forms import FormDetails, make_form, wording_of
from app.tokens import suppression_hash
from tests.factories.brands import make_brand
from tests.factories.mailing_lists import make_list

WORDING = "Yes, write to me. I can leave at any time."
numbers = count(1)


def make_sign_up_form(session: Session, *lists: MailingList, brand: Brand | None = None, **given) -> Form:
    brand = brand or make_brand(session)
    lists = lists or (make_list(session, brand),)
    values = {"name": f"Form {next(numbers)}", "wording": WORDING, "list_ids": [one.id for one in lists]}
    return make_form(session, FormDetails(**(values | given)), brand_id=brand.id)


def make_sign_up(session: Session, form: Form, email: str = "nadia@example.test", **given) -> SignUp:
    key = email.casefold()
    values = {
        "form_id": form.id,
        "wording_id": wording_of(session, form.id).id,
        "email": email,
        "address_hash": suppression_hash(key),
        "domain": key.rpartition("@")[2],
        "list_ids": [one.list_id for one in session.query(FormList).filter_by(form_id=form.id)],
        "ip_address": "203.0.113.7",
        "created_at": now(),
    }
    row = SignUp(**(values | given))
    session.add(row)
    session.flush()
    return row


def solve(challenge: dict) -> str:
    """What the page's script would send for this puzzle."""
    asked = Challenge.from_dict(challenge)
    return Payload(asked, solve_challenge(asked)).to_base64()


def solution_for(form_id: int) -> str:
    return solve(form_defence.puzzle(form_id))
