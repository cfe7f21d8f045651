"""The style guide uses every component once: it renders in both languages and obeys the strict CSP."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, engines
from django.utils import translation

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ERROR_PAGES = ["400.html", "403.html", "404.html", "500.html", "503.html", "csrf_failure.html"]


def render(name):
    return engines["django"].get_template(name).template.render(Context({}))


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_component_renders(language):
    with translation.override(language):
        html = render("components/_styleguide.html")
    assert f'<html lang="{language}"' in html
    assert "{%" not in html
    assert "{#" not in html
    for css in (
        "tag-danger",
        "table-stack",
        "error-summary",
        "receipt-number",
        "chart",
        "scale",
        "pager",
        "timeline",
    ):
        assert css in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_indonesian_frame_is_indonesian():
    with translation.override("id"):
        html = render("components/_styleguide.html")
    for english in (
        "Skip to",
        "Save and",
        "There is a problem",
        "Show the numbers",
        "(optional)",
        "Previous",
    ):
        assert english not in html


@pytest.mark.parametrize("name", ERROR_PAGES)
def test_error_page_needs_no_context_and_leads_on(name):
    with translation.override("id"):
        html = render(name)
    assert html.count("<h1") == 1
    assert "href=" in html.split("<main", 1)[1]
    assert not re.search(r"<h1>[^<]*\d{3}", html)


def test_service_pause_says_what_became_of_the_answers():
    assert "yang sudah dikirim tetap tersimpan" in render("503.html")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_template_has_no_inline_script_or_style(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style|\son[a-z]+\s*=\s*[\"']|javascript:", source)
    assert not re.search(r"<script(?![^>]*\ssrc=)", source)
    assert not re.search(r"(?:src|href)=[\"']https?://", source)


def test_static_files_stay_small():
    def size(pattern):
        return sum(path.stat().st_size for path in (ROOT / "static").glob(pattern))

    # Uncompressed; what a page really loads is measured compressed (tests/feedback/views/test_rating_page.py).
    assert size("css/*.css") <= 54_000
    assert size("js/*.js") <= 20_000
