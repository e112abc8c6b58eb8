"""Forms are made, changed and put away; a wording that was shown once is never changed."""

import pytest
from sqlalchemy import select

from app.database.session import reading, transaction
from app.errors import InvalidInput, NotFound
from app.models import FormWording, OptIn
from app.queries.forms import form_overview, hosted_form
from app.services import forms
from app.services.forms import FormDetails, FormField
from tests.factories.forms import make_sign_up, make_sign_up_form


def details(list_id: int, **given) -> FormDetails:
    return FormDetails(**{"name": "Website", "wording": "Yes", "list_ids": [list_id]} | given)


def make(brand: int, list_id: int, **given):
    with transaction() as session:
        return forms.make_form(session, details(list_id, **given), brand_id=brand)


def wordings() -> list[tuple[int, str]]:
    with reading() as session:
        return [(one.version, one.wording) for one in session.scalars(select(FormWording).order_by(FormWording.id))]


def test_a_form_asks_twice_unless_told_otherwise(brand, demo):
    form = make(brand, demo)
    assert form.opt_in is OptIn.DOUBLE
    with reading() as session:
        hosted = hosted_form(session, form.public_id)
    assert (hosted.lists, hosted.wording, hosted.version) == (("Demo",), "Yes", 1)


def test_another_wording_is_a_further_version_and_the_same_is_none(brand, demo):
    form = make(brand, demo)
    for wording in ("Yes", "Yes, please", "Yes, please", "Yes"):
        with transaction() as session:
            forms.edit_form(session, form.id, details(demo, wording=wording))
    assert wordings() == [(1, "Yes"), (2, "Yes, please"), (3, "Yes")]


def test_its_address_stays_through_every_change(brand, demo, other):
    form = make(brand, demo)
    with transaction() as session:
        assert forms.edit_form(session, form.id, details(other)).public_id == form.public_id
    with reading() as session:
        assert hosted_form(session, form.public_id).lists == ("Other",)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"name": " "}, "name"),
        ({"wording": ""}, "wording"),
        ({"list_ids": []}, "lists"),
        ({"list_ids": [999]}, "lists"),
        ({"redirect_url": "javascript:alert(1)"}, "redirect_url"),
        ({"allowed_origins": ["https://example.org/path"]}, "allowed_origins"),
        ({"allowed_origins": ["*"]}, "allowed_origins"),
        ({"language": "not a language"}, "language"),
        ({"fields": [FormField("email", "Address")]}, "fields"),
        ({"fields": [FormField("2 bad", "Bad")]}, "fields"),
        ({"fields": [FormField("town", "Town"), FormField("Town", "Again")]}, "fields"),
        ({"fields": [FormField(f"f{n}", "") for n in range(9)]}, "fields"),
        ({"welcome_text": "Hello"}, "welcome_subject"),
        ({"welcome_subject": "Hello"}, "welcome_text"),
        ({"welcome_subject": "Hi {{ subscriber.shoe }}", "welcome_text": "Hello"}, "welcome_subject"),
        ({"welcome_subject": "Hello", "welcome_text": "Hi {{ x.y() }}"}, "welcome_text"),
    ],
)
def test_what_cannot_be_so_is_named(brand, demo, given, place):
    with pytest.raises(InvalidInput) as refused:
        make(brand, demo, **given)
    assert set(refused.value.fields) == {place}


def test_sites_are_kept_as_browsers_name_them(brand, demo):
    form = make(brand, demo, allowed_origins=["https://Shop.Example/", " http://localhost:8080 ", ""])
    assert form.allowed_origins == ["https://shop.example", "http://localhost:8080"]


def test_a_form_that_was_put_away_is_not_shown_until_it_is_back(brand, demo):
    form = make(brand, demo)
    with transaction() as session:
        forms.archive_form(session, form.id)
    with reading() as session, pytest.raises(NotFound):
        hosted_form(session, form.public_id)
    with transaction() as session:
        forms.restore_form(session, form.id)
    with reading() as session:
        assert hosted_form(session, form.public_id).id == form.id


def test_the_overview_counts_who_signed_up_and_who_confirmed(database):
    with transaction() as session:
        form = make_sign_up_form(session)
        for n in range(3):
            row = make_sign_up(session, form, f"p{n}@example.test")
        row.confirmed_at = row.created_at
    with reading() as session:
        [row] = form_overview(session)
    assert (row.signed_up, row.waiting, row.confirmed) == (3, 2, 1)
