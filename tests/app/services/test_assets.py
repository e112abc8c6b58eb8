"""Pictures: judged by their bytes, made fit for letters, and refused with a cure."""

import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select

from app.database.session import reading, transaction
from app.errors import InvalidInput, Unavailable
from app.models import Asset
from app.services import assets
from app.services.assets import fit_for_letters, store_picture


def picture(kind="PNG", size=(60, 40), mode="RGB", **options):
    out = BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(out, kind, **options)
    return out.getvalue()


def opened(data):
    return Image.open(BytesIO(data))


def keep(database, data, filename="calm.png"):
    with transaction() as session:
        return store_picture(session, data, filename=filename, user_id=None, folder=database.uploads)


def test_a_picture_lies_in_the_folder_under_its_hash(database):
    asset = keep(database, picture(), "../../etc/ca\x00lm.png")
    kept = (database.uploads / assets.file_name(asset)).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == asset.sha256
    assert (asset.width, asset.height, asset.size, asset.filename) == (60, 40, len(kept), "ca lm.png")


def test_the_same_picture_again_is_the_same_row(database):
    data = picture()
    assert keep(database, data).id == keep(database, data, "again.png").id
    with reading() as session:
        assert session.scalars(select(func.count()).select_from(Asset)).one() == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_every_kind_becomes_one_that_mail_programs_show(kind):
    fit = fit_for_letters(picture(kind))
    assert opened(fit.data).format in {"JPEG", "PNG"}
    assert fit.content_type == f"image/{opened(fit.data).format.lower()}"


def test_a_photograph_is_made_narrow_and_light():
    fit = fit_for_letters(picture("JPEG", (2400, 1600), quality=95))
    assert fit.width <= 1200
    assert abs(fit.width / fit.height - 1.5) < 0.01
    assert len(fit.data) <= 200 * 1024


def test_transparency_is_kept():
    fit = fit_for_letters(transparent())
    assert opened(fit.data).mode == "RGBA"


def transparent():
    out = BytesIO()
    Image.new("RGBA", (20, 20), (200, 10, 10, 0)).save(out, "PNG")
    return out.getvalue()


def test_a_camera_s_remarks_are_removed_and_its_turn_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret camera"
    fit = fit_for_letters(picture("JPEG", (60, 40), exif=exif.tobytes()))
    assert (fit.width, fit.height) == (40, 60)
    assert b"Secret camera" not in fit.data
    assert dict(opened(fit.data).getexif()) == {}


def test_a_moving_picture_keeps_moving():
    frames = [Image.new("RGB", (30, 30), colour) for colour in ("red", "green", "blue")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    fit = fit_for_letters(out.getvalue())
    assert (fit.content_type, opened(fit.data).n_frames) == ("image/gif", 3)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data", [b"", b"not a picture", SVG, b"<html><script>", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"GIF89a"]
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(InvalidInput) as refusal:
        fit_for_letters(data)
    assert set(refusal.value.fields) == {"picture"}


def test_a_picture_that_ends_too_early_is_refused():
    with pytest.raises(InvalidInput, match="damaged"):
        fit_for_letters(picture("JPEG", (300, 300))[:-2000])


def test_a_file_over_ten_megabytes_is_refused():
    with pytest.raises(InvalidInput, match="10 MB"):
        fit_for_letters(picture() + b"\0" * assets.LARGEST_FILE)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(6400, 6400), (30_000, 30_000), (2_000_000, 1_000_000), (1, 5000)])
def test_a_picture_that_would_unpack_to_too_much_is_refused(width, height):
    with pytest.raises(InvalidInput):
        fit_for_letters(bomb(width, height))


@given(cut=st.integers(0, 4000), flip=st.integers(0, 255))
@examples(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_damage_anywhere_is_a_picture_or_a_refusal(cut, flip):
    data = bytearray(picture("PNG", (40, 30)))
    data[cut % len(data)] ^= flip
    try:
        fit = fit_for_letters(bytes(data))
    except InvalidInput:
        return
    assert opened(fit.data).size == (fit.width, fit.height)


def test_a_folder_that_cannot_be_written_is_said_so(database):
    database.uploads.write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="could not be kept"):
        keep(database, picture())
