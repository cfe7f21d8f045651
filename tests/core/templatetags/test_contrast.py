"""Contrast of the design tokens (WCAG 2.2 AA), for every palette in both themes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = (Path(settings.BASE_DIR) / "static/css/tokens.css").read_text(encoding="utf-8")
BRANDS = ["nasional", "kendari", "lhokseumawe", "serang", "wanggar", "kupang"]
TEXT, SHAPE = 4.5, 3.0

PAIRS = [
    ("text", "bg", TEXT),
    ("text", "surface", TEXT),
    ("text", "surface-2", TEXT),
    ("muted", "bg", TEXT),
    ("muted", "surface", TEXT),
    ("muted", "surface-2", TEXT),
    ("brand", "bg", TEXT),
    ("brand", "surface", TEXT),
    ("brand", "brand-soft", TEXT),
    ("brand-strong", "brand-soft", TEXT),
    ("brand-strong", "bg", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-strong", TEXT),
    ("on-masthead", "masthead", TEXT),
    ("danger", "surface", TEXT),
    ("danger", "bg", TEXT),
    ("danger", "surface-2", TEXT),
    *[(tone, f"{tone}-soft", TEXT) for tone in ("success", "warning", "danger", "info")],
    *[("text", f"{tone}-soft", TEXT) for tone in ("success", "warning", "danger", "info")],
    ("line-strong", "surface", SHAPE),
    ("line-strong", "bg", SHAPE),
    ("danger-line", "surface", SHAPE),
    ("warning-line", "surface", SHAPE),
    ("success-line", "surface", SHAPE),
    ("brand", "surface-2", SHAPE),
    ("focus", "bg", SHAPE),
    ("focus", "focus-halo", SHAPE),
]


def declarations(selector: str) -> dict[str, str]:
    body = re.search(rf"{re.escape(selector)} \{{(.*?)\}}", CSS, re.S)
    assert body, selector
    return dict(re.findall(r"--([\w-]+): ([^;]+);", body.group(1)))


def tokens(brand: str, theme: str) -> dict[str, str]:
    selector = '[data-theme="light"]' if theme == "light" else ':root[data-theme="dark"] [data-brand]'
    found = declarations(f'[data-brand="{brand}"]') | declarations(selector)
    return {name: found[value[6:-1]] if value.startswith("var(") else value for name, value in found.items()}


def luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(c * 2 for c in color[1:])
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_palette_can_be_read(brand, theme):
    colors = tokens(brand, theme)
    weak = [
        f"{front} on {back}: {contrast(colors[front], colors[back]):.2f} < {least}"
        for front, back, least in PAIRS
        if contrast(colors[front], colors[back]) < least
    ]
    assert weak == []


def test_dark_theme_is_the_same_by_device_and_by_choice():
    by_device = declarations(':root:not([data-theme="light"]) [data-brand]')
    assert by_device == declarations(':root[data-theme="dark"] [data-brand]')
