"""A moving GIF keeps its frames, times and loops, and nothing else."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from app.errors import InvalidInput
from app.services.assets import fit_for_letters
from app.services.gif_frames import SCREEN, bare_gif, colours

REMARK = b"\x21\xfe\x0a<script>1>\x00"
XMP = b"\x21\xff\x0bXMP DataXMP\x05place\x00"


def moving(**options) -> bytes:
    frames = [Image.effect_noise((30, 20), 90).convert("P") for _ in range(3)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=2, **options)
    return out.getvalue()


def shown(data: bytes):
    with Image.open(BytesIO(data)) as image:
        return image.info.get("loop"), [
            (frame.info.get("duration"), frame.convert("RGB").tobytes()) for frame in ImageSequence.Iterator(image)
        ]


def with_extras(data: bytes) -> bytes:
    """Remarks before the first frame, and a script behind the end."""
    at = SCREEN + colours(data[10])
    return data[:at] + REMARK + XMP + data[at:] + b"*/=1;alert(document.domain)//"


def test_frames_times_and_loops_stay_as_they_were():
    data = moving(comment=b"made on my phone in Galway")
    bare = bare_gif(data)
    assert shown(bare) == shown(data)
    assert b"Galway" not in bare


def test_a_script_that_hides_in_a_picture_is_left_out():
    data = moving()
    bare = fit_for_letters(with_extras(data)).data
    assert b"script" not in bare
    assert b"alert" not in bare
    assert b"place" not in bare
    assert bare.endswith(b"\x00\x3b")
    assert shown(bare) == shown(data)


def test_a_picture_without_an_end_is_refused():
    with pytest.raises(InvalidInput, match="damaged"):
        fit_for_letters(moving()[:-200])


@given(data=st.binary(max_size=200))
@examples(max_examples=200)
def test_any_bytes_are_frames_or_a_reason(data):
    for given_bytes in (data, b"GIF89a" + data):
        try:
            bare = bare_gif(given_bytes)
        except ValueError:
            continue
        assert bare_gif(bare) == bare
