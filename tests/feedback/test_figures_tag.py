"""The drawing of a figure in its range: one scale for all, nothing outside of it, the numbers in words beside it."""

import re
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

SOURCE = "{% load figures %}{% range_chart rows 'Index' %}"


def drawn(*rows: tuple[object, ...]) -> str:
    with translation.override("en"):
        return Template(SOURCE).render(Context({"rows": rows}))


def test_the_numbers_stand_in_words_and_in_the_table() -> None:
    html = drawn(("SKM", Decimal("78.74"), Decimal("75.10"), Decimal("82.38")))
    assert "SKM: 78.74 (75.10 - 82.38)" in html
    assert html.count("78.74 (75.10 - 82.38)") == 2


@pytest.mark.parametrize(("index", "place"), [("25", "0%"), ("62.5", "50%"), ("100", "100%")])
def test_every_figure_lies_on_the_same_scale(index: str, place: str) -> None:
    assert f'cx="{place}"' in drawn(("SKM", Decimal(index), None, None))


def test_ranges_and_bands_stay_inside() -> None:
    html = drawn(("SKM", Decimal("99"), Decimal("90"), Decimal("100"), (Decimal("20"), Decimal("110"))))
    ends = [
        float(x) + float(width)
        for x, width in re.findall(r'<rect class="\S+" x="([\d.]+)%" y="\S+" width="([\d.]+)%"', html)
    ]
    assert len(ends) == 2
    assert all(end <= 100.01 for end in ends)


def test_without_rows_and_without_a_range_there_is_still_a_chart() -> None:
    assert "no numbers" in drawn()
    html = drawn(("SKM", Decimal("80"), None, None))
    assert "(" not in html.split("<desc", 1)[1].split("</desc>", 1)[0]
