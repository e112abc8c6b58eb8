"""The library's pages: pictures come in by their bytes, hostile files do not, and what is served is a picture only."""

from io import BytesIO

import pytest
from PIL import Image

from app.database.session import reading, transaction
from app.errors import NotFound
from app.models import Asset, Brand, MediaItem, Role
from app.services import media
from app.services.assets import file_name
from tests.factories.brands import make_brand

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"


def png(colour="teal") -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return out.getvalue()


def photograph() -> bytes:
    """With the place where it was taken, and turned on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (53.0, 16.0, 12.0)
    out = BytesIO()
    Image.effect_noise((60, 40), 90).convert("RGB").save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def script_in_a_gif() -> bytes:
    """A picture that is a script as well to a browser that guesses."""
    out = BytesIO()
    Image.new("P", (60, 40)).save(out, "GIF")
    return out.getvalue() + b"=1;alert(document.domain)//"


@pytest.fixture
def brand(app) -> int:
    with transaction() as session:
        return make_brand(session).id


def upload(visitor, *files: tuple[bytes, str]):
    form = {"files": [(BytesIO(data), name) for data, name in files]}
    return visitor.post("/content/media", form, content_type="multipart/form-data")


def served(visitor, address: str) -> tuple[bytes, dict]:
    with visitor.get(address) as answer:
        return answer.data, dict(answer.headers)


def kept() -> list[tuple[MediaItem, Asset]]:
    with reading() as session:
        return [media.get_item(session, item.id) for item in session.query(MediaItem).order_by(MediaItem.id)]


def test_without_a_brand_the_next_step_is_taught(owner):
    assert "/settings/brand" in owner.get("/content/media").text


def test_several_pictures_come_in_at_once(owner, brand):
    assert "No pictures yet" in owner.get("/content/media").text
    answer = upload(owner, (png("red"), "Red boat.png"), (png("blue"), "Blue boat.png"))
    assert answer.status_code == 303
    page = owner.get("/content/media").text
    assert "Red boat" in page
    assert "2 pictures are in the library." in page
    assert "Not described yet" in page
    assert {item.user_id for item, _asset in kept()} == {owner.user.id}
    assert "Red boat" not in owner.get("/content/media?q=blue").text
    assert "No picture fits" in owner.get("/content/media?q=green").text


@pytest.mark.parametrize("data", [SVG, HTML, b"GIF89a" + HTML, b"", b"%PDF-1.7 <script>"])
@pytest.mark.parametrize("name", ["drawing.svg", "picture.png"])
def test_what_is_no_picture_is_refused_by_its_bytes_and_hinders_no_other(owner, brand, settings, data, name):
    answer = upload(owner, (png(), "Good.png"), (data, name))
    assert answer.status_code == 422
    assert f"<b>{name}</b>" in answer.text
    assert [item.name for item, _asset in kept()] == ["Good"]
    assert len(list(settings.uploads.iterdir())) == 1


def test_place_and_camera_are_taken_out_of_a_photograph_and_its_turn_applied(owner, brand):
    data = photograph()
    with Image.open(BytesIO(data)) as taken:
        assert dict(taken.getexif().get_ifd(0x8825))
    upload(owner, (data, "boat.jpg"))
    [(item, asset)] = kept()
    with Image.open(BytesIO(served(owner, media.address_of(asset, item.name))[0])) as shown:
        assert (shown.size, dict(shown.getexif())) == ((40, 60), {})


def test_a_script_that_hides_in_a_picture_does_not_come_in(owner, brand):
    upload(owner, (script_in_a_gif(), "innocent.gif"))
    [(item, asset)] = kept()
    assert b"alert" not in served(owner, media.address_of(asset, item.name))[0]


def test_nothing_and_too_much_at_once_are_said(owner, brand):
    assert "Choose a picture first." in upload(owner).text
    many = [(b"x", f"{number}.png") for number in range(21)]
    answer = upload(owner, *many)
    assert (answer.status_code, kept()) == (422, [])
    assert "Up to 20 pictures fit at once; these are 21." in answer.text


def test_a_picture_is_served_to_anybody_as_a_picture_and_for_ever(owner, brand, stranger, settings):
    upload(owner, (png(), "Red boat.png"))
    [(item, asset)] = kept()
    addresses = (
        media.address_of(asset, item.name),
        f"/media/{asset.sha256}/any-name.png",
        f"/media/{file_name(asset)}",
    )
    for address in addresses:
        data, headers = served(stranger, address)
        assert data == (settings.uploads / file_name(asset)).read_bytes()
        assert headers["Content-Type"] == "image/png"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.jpg", "..%2f..%2fletterwright.db", "A.png", "a.png.html", ".png", "a" * 121 + ".png"]
)
def test_no_other_name_is_served(owner, brand, stranger, name):
    upload(owner, (png(), "Red boat.png"))
    [(_item, asset)] = kept()
    assert stranger.get(f"/media/{asset.sha256}/{name}").status_code == 404


def test_a_picture_is_described_and_its_address_shown_whole(owner, brand):
    upload(owner, (png(), "Red boat.png"))
    [(item, asset)] = kept()
    page = f"/content/media/{item.id}"
    assert owner.post(page, {"name": "", "alt": "x"}).status_code == 422
    assert owner.post(page, {"name": "Boat", "alt": "A red <b>boat</b>"}).status_code == 303
    text = owner.get(page).text
    assert f'value="http://127.0.0.1:8000/media/{asset.sha256}/boat.png"' in text
    assert "A red &lt;b&gt;boat&lt;/b&gt;" in text
    assert "In no letter, no design" in text


def test_a_logo_is_in_the_library_and_stays(owner, brand):
    form = {"name": "The Spring", "address": "1 Quay", "language": "en", "time_zone": "UTC"}
    logo = {"picture": (BytesIO(png()), "Our mark.png")}
    assert owner.post("/settings/brand", {**form, **logo}, content_type="multipart/form-data").status_code == 303
    [(item, _asset)] = kept()
    assert item.name == "Our mark"
    assert "It is still needed" in owner.get(f"/content/media/{item.id}/take-out").text
    assert owner.post(f"/content/media/{item.id}/take-out").status_code == 409
    with reading() as session:
        assert session.get_one(Brand, brand).logo_asset_id == item.asset_id


def test_a_picture_taken_out_answers_no_more(owner, brand):
    upload(owner, (png(), "Red boat.png"))
    [(item, asset)] = kept()
    assert "No letter shows it" in owner.get(f"/content/media/{item.id}/take-out").text
    owner.post(f"/content/media/{item.id}/take-out")
    assert kept() == []
    assert owner.get(media.address_of(asset, item.name)).status_code == 404
    assert owner.get(f"/content/media/{item.id}").status_code == 404
    with reading() as session, pytest.raises(NotFound):
        media.get_item(session, item.id)


def test_a_viewer_sees_and_changes_nothing(visit, owner, brand):
    upload(owner, (png(), "Red boat.png"))
    [(item, _asset)] = kept()
    viewer = visit(Role.VIEWER)
    for page in ("/content/media", f"/content/media/{item.id}"):
        text = viewer.get(page).text
        assert "Red boat" in text
        assert "Add pictures" not in text
        assert "Take it out" not in text
    assert upload(viewer, (png("red"), "x.png")).status_code == 403


def test_the_part_to_choose_from_has_address_and_description(owner, brand):
    upload(owner, (png(), 'Red "boat".png'))
    [(item, asset)] = kept()
    part = owner.part("/content/media/pick").text
    assert f'data-picked="{media.address_of(asset, item.name)}"' in part
    assert "The library is empty" not in part


def test_a_picture_that_lies_on_another_machine_is_no_answer_for_ever(owner, stranger, brand, settings):
    upload(owner, (png(), "Boat.png"))
    [(item, asset)] = kept()
    (settings.uploads / file_name(asset)).unlink()
    answer = stranger.get(media.address_of(asset, item.name))
    assert (answer.status_code, "immutable" in answer.headers.get("Cache-Control", "")) == (503, False)
    assert stranger.get(f"/media/{'0' * 64}.png").status_code == 404
