"""Heavy images are told of; light ones, and those whose weight nobody knows, are not."""

from dataclasses import replace

import pytest

from emails.articles.blocks import Image, Paragraph
from emails.preflight.image_bytes import check_image_bytes

KB = 1024


@pytest.fixture
def weighed(inspect):
    """weighed(sizes) lists what is found in a letter that shows each of these images."""

    def weigh(sizes: dict[str, int], *further: str):
        blocks = (Paragraph("Words"), *(Image(source, "x") for source in (*sizes, *further)))
        given = inspect.good
        article = replace(given.article, blocks=blocks)
        found = check_image_bytes(replace(given, article=article, image_bytes=sizes))
        return [(one.id, one.severity.value, one.place) for one in found]

    return weigh


def test_light_images_and_unknown_ones_are_passed_over(weighed):
    assert weighed({"/media/a.png": 200 * KB}, "https://example.test/heavy.png") == []


def test_a_heavy_image_is_named_with_its_place(weighed):
    assert weighed({"/media/a.png": KB, "/media/b.png": 200 * KB + 1}) == [("image_bytes", "advice", "Block 3, image")]


def test_many_light_images_are_heavy_together(weighed):
    assert weighed({f"/media/{number}.png": 180 * KB for number in range(5)}) == [("images_bytes", "advice", "Images")]


def test_an_image_shown_twice_is_loaded_once(weighed):
    sizes = {"/media/a.png": 199 * KB}
    assert weighed(sizes, *["/media/a.png"] * 6) == []
