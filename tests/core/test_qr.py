"""QR codes: well-formed, and nothing in them that a strict CSP would block."""

import io
from xml.etree import ElementTree

import pytest
from PIL import Image

from apps.core.qr import qr_png, qr_svg

URL = "https://kinerja.contoh.example/l/PKM-UTARA/?a=1&b=<2>"


def test_svg_has_no_style_class_or_script() -> None:
    root = ElementTree.fromstring(qr_svg(URL))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    for node in root.iter():
        assert not {"style", "class", "onload"} & set(node.attrib)
        assert node.tag.rpartition("}")[2] in {"svg", "path"}


def test_svg_is_stable() -> None:
    assert qr_svg(URL) == qr_svg(URL) != qr_svg(URL + "x")


def test_png_grows_with_its_scale_and_has_a_quiet_zone() -> None:
    small, large = (Image.open(io.BytesIO(qr_png(URL, scale))) for scale in (2, 8))
    assert large.width == 4 * small.width
    assert large.convert("L").crop((0, 0, large.width, 32)).getextrema() == (255, 255)


def test_the_border_can_be_left_out() -> None:
    assert (
        Image.open(io.BytesIO(qr_png(URL, 1, border=0))).width + 8
        == Image.open(io.BytesIO(qr_png(URL, 1))).width
    )


@pytest.mark.parametrize("text", ["", "x" * 5000])
def test_what_does_not_fit_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        qr_svg(text)
