"""Brand, senders, team and one's own account."""

from io import BytesIO

from PIL import Image

from app.database.session import reading
from app.models import AuditEntry, Brand, Role, Sender, User

BRAND = {
    "name": "Clearer Days",
    "address": "48 Harbour Street\nPortland",
    "language": "en",
    "time_zone": "Europe/Paris",
}


def picture() -> BytesIO:
    data = BytesIO()
    Image.new("RGB", (60, 30), "teal").save(data, "PNG")
    return BytesIO(data.getvalue())


def test_the_first_save_makes_the_brand_and_every_page_wears_its_name(owner):
    assert owner.post("/settings/brand", BRAND).status_code == 303
    assert "Clearer Days" in owner.get("/people").text
    owner.post("/settings/brand", {**BRAND, "name": "Clear Days"})
    with reading() as session:
        assert [one.name for one in session.query(Brand)] == ["Clear Days"]


def test_the_preview_shows_name_and_address_while_one_types_and_saves_nothing(owner):
    part = owner.post("/settings/brand/preview", BRAND).text
    assert "<strong>Clearer Days</strong>" in part
    assert "48 Harbour Street" in part
    assert "missing" in owner.post("/settings/brand/preview", {**BRAND, "address": ""}).text
    with reading() as session:
        assert session.query(Brand).count() == 0


def test_a_logo_is_kept_shown_and_taken_away(owner, settings):
    owner.post("/settings/brand", {**BRAND, "picture": (picture(), "logo.png")}, content_type="multipart/form-data")
    (stored,) = settings.uploads.iterdir()
    assert f"/media/{stored.name}" in owner.get("/settings/brand").text
    owner.post("/settings/brand", {**BRAND, "without_logo": "y"})
    assert "/media/" not in owner.get("/settings/brand").text


def test_a_logo_that_is_no_picture_is_refused_under_its_field(owner):
    data = {**BRAND, "picture": (BytesIO(b"<svg onload=alert(1)>"), "logo.svg")}
    answer = owner.post("/settings/brand", data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "not a picture we know" in answer.text


def test_a_wrong_web_address_is_refused_under_its_field(owner):
    answer = owner.post("/settings/brand", {**BRAND, "website_url": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert 'id="website_url-error"' in answer.text


def test_an_editor_sees_the_brand_but_is_not_offered_to_change_it(owner, visit):
    owner.post("/settings/brand", BRAND)
    page = visit(Role.EDITOR).get("/settings/brand").text
    assert "Only owners change it" in page
    assert "disabled" in page


def test_a_sender_is_added_corrected_and_removed(owner):
    owner.post("/settings/brand", BRAND)
    owner.post("/settings/senders/new", {"name": "Clearer Days", "email": "hello@example.test"})
    with reading() as session:
        sender = session.query(Sender).one()
    page = f"/settings/senders/{sender.id}"
    owner.post(page, {"name": "Ruth", "email": "hello@example.test", "reply_to": "ruth@example.test"})
    assert "ruth@example.test" in owner.get("/settings/senders").text
    assert owner.get(f"{page}/remove").status_code == 200
    owner.post(f"{page}/remove")
    assert "Who do letters come from?" in owner.get("/settings/senders").text


def test_two_senders_cannot_share_an_address(owner):
    owner.post("/settings/brand", BRAND)
    owner.post("/settings/senders/new", {"name": "A", "email": "hello@example.test"})
    assert owner.post("/settings/senders/new", {"name": "B", "email": "HELLO@example.test"}).status_code == 422


def test_the_last_owner_cannot_step_down_or_be_removed(owner):
    me = f"/settings/team/{owner.user.id}"
    stepped_down = owner.post(me, {"role": "viewer"})
    assert stepped_down.status_code == 422
    assert "last owner" in stepped_down.text
    assert owner.post(f"{me}/remove").status_code == 409
    with reading() as session:
        assert session.get_one(User, owner.user.id).role is Role.OWNER


def test_a_new_role_holds_at_once(owner, visit):
    editor = visit(Role.EDITOR)
    assert editor.get("/people/new").status_code == 200
    owner.post(f"/settings/team/{editor.user.id}", {"role": "viewer"})
    assert editor.get("/people/new").status_code == 302


def test_a_role_that_does_not_exist_is_refused(owner, visit):
    editor = visit(Role.EDITOR)
    assert owner.post(f"/settings/team/{editor.user.id}", {"role": "king"}).status_code == 422


def test_an_invitation_to_a_colleague_is_refused(owner):
    answer = owner.post("/settings/team/invite", {"email": "OWNER@example.test", "role": "editor"})
    assert answer.status_code == 422
    assert "already" in answer.text


def test_one_changes_ones_own_name_and_zone(visit):
    viewer = visit(Role.VIEWER)
    facts = {"name": "Vera", "email": "viewer@example.test", "time_zone": "America/New_York"}
    assert viewer.post("/settings/account", facts).status_code == 303
    page = viewer.get("/settings/account").text
    assert "Vera" in page
    assert '<option selected value="America/New_York">' in page


def test_what_the_team_does_is_written_down(owner):
    owner.post("/settings/brand", BRAND)
    with reading() as session:
        assert session.query(AuditEntry).filter_by(act="brand.created").one().user_id == owner.user.id


def test_colours_are_kept_for_the_next_page(owner):
    owner.post("/theme", {"theme": "dark", "next": "/people"})
    assert 'data-theme="dark"' in owner.get("/people").text
    owner.post("/theme", {"theme": "nonsense"})
    assert 'data-theme="dark"' in owner.get("/people").text
