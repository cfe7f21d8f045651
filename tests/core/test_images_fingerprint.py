"""What a picture looks like, and when it was taken: both before everything else is thrown away."""

import io
import random
from datetime import date

import pytest
from PIL import Image, ImageDraw

from apps.assessments.rules.likeness import PICTURE_DISTANCE, picture_distance
from apps.core.images import clean_image, difference_hash, taken_on


def scene(seed: int = 1, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture with things in it."""
    chance = random.Random(seed)
    image = Image.new("RGB", (640, 480), (chance.randrange(256), 120, 90))
    draw = ImageDraw.Draw(image)
    for _ in range(25):
        x, y = chance.randrange(600), chance.randrange(440)
        box = (x, y, x + chance.randrange(40, 200), y + chance.randrange(40, 200))
        draw.rectangle(box, fill=tuple(chance.randrange(256) for _ in range(3)))
    return image.resize(size)


def data(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def test_saved_again_smaller_or_in_another_format_it_looks_the_same() -> None:
    first = difference_hash(data(scene(), quality=92))
    assert first is not None
    assert -(2**63) <= first < 2**63
    for again in (
        data(scene(), quality=40),
        data(scene(size=(320, 240))),
        data(scene(), "PNG"),
        data(scene(), "WEBP"),
        clean_image(data(scene(size=(2560, 1920))))[0],
    ):
        other = difference_hash(again)
        assert other is not None
        assert picture_distance(first, other) <= PICTURE_DISTANCE


def test_different_pictures_are_far_apart() -> None:
    hashes = [difference_hash(data(scene(seed))) for seed in range(12)]
    pairs = [(a, b) for i, a in enumerate(hashes) for b in hashes[i + 1 :]]
    assert all(
        a is not None and b is not None and picture_distance(a, b) > PICTURE_DISTANCE for a, b in pairs
    )


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.4", b"\xff\xd8\xff broken", data(Image.new("RGB", (60, 40), "white"))]
)
def test_no_picture_and_a_white_page_have_no_hash(content: bytes) -> None:
    assert difference_hash(content) is None


def test_the_day_is_read_and_nothing_else_survives() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:06:03 10:11:12"
    exif[0x0132] = "2026:09:15 00:00:00"
    content = data(scene(), exif=exif)
    assert taken_on(content) == date(2026, 6, 3)
    cleaned, _kind = clean_image(content)
    assert (taken_on(cleaned), dict(Image.open(io.BytesIO(cleaned)).getexif())) == (None, {})


@pytest.mark.parametrize("written", ["0000:00:00 00:00:00", "2026:13:45 00:00:00", "kemarin", ""])
def test_an_odd_day_is_no_day(written: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = written
    assert taken_on(data(scene(), exif=exif)) is None
    assert taken_on(b"not a picture") is None
