"""The citizen's page: light, complete without a script, one screen per question with one."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.feedback.services import kiosks
from tests.feedback.helpers import UNSUR

LIMIT = 60_000
CITIZEN_SCRIPTS = 9_000
STATIC = Path(django_settings.BASE_DIR) / "static"


def address(service, name="rate"):
    return reverse(f"feedback:{name}", args=[service.points.get().code])


def referenced(page: str) -> list[Path]:
    """Return the style sheets, scripts and pictures that the page really loads."""
    found = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"', page)
    paths = [STATIC / each.split("?")[0].removeprefix("/static/") for each in found]
    for path in paths:
        assert path.is_file(), path
    return paths


def weight(page: str) -> int:
    files = referenced(page)
    assert any(path.suffix == ".css" for path in files)
    assert any(path.name == "rate.js" for path in files)
    return sum(
        len(gzip.compress(content, 6)) for content in (page.encode(), *(f.read_bytes() for f in files))
    )


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_with_all_it_loads_is_under_sixty_kilobytes(service, language):
    client = Client(headers={"Accept-Language": language})
    page = client.get(address(service)).content.decode()
    assert "https://" not in re.sub(r'value="[^"]*"', "", page).replace("http://www.w3.org", "")
    assert weight(page) < LIMIT


def test_the_kiosk_page_is_as_light(service):
    kiosk = kiosks.register_kiosk(point=service.points.get(), by=None, at=timezone.now())
    page = Client().get(reverse("feedback:kiosk-rate", args=[kiosk.code])).content.decode()
    assert weight(page) < LIMIT


def test_scripts_of_citizens_have_a_budget_of_their_own():
    """They are loaded by these pages only, so they do not count for the pages inside."""
    assert sum(path.stat().st_size for path in (STATIC / "js/citizen").glob("*.js")) <= CITIZEN_SCRIPTS


def test_without_a_script_everything_is_on_one_page(service):
    page = Client().get(address(service)).content.decode()
    main = page.split("<main", 1)[1].split("</main>")[0]
    assert len(re.findall(r"data-step\b", main.replace("data-steps", ""))) == len(UNSUR) + 1
    # No step is hidden by the server; only what needs a script is.
    for step in re.findall(r"<(?:li|div)[^>]*data-step[^>]*>", main):
        assert "hidden" not in step
    for control in ("data-forward", "data-back", "data-progress", "data-read"):
        assert re.search(rf"<[^>]*{control}\b[^>]* hidden", main), control
    assert re.search(r'<button class="button button-large" type="submit">', main)
    assert not re.search(r"checked", main)


def test_answers_are_told_by_words_and_faces_are_decoration(service):
    page = Client().get(address(service)).content.decode()
    scale = (
        page.split('name="waktu"', 1)[0].rsplit("<fieldset", 1)[1]
        + page.split('name="waktu"')[-1].split("</fieldset>")[0]
    )
    assert 'aria-hidden="true"' in scale
    labels = re.findall(r'<label for="id_waktu_\d">(.*?)</label>', page, re.S)
    assert len(labels) == 4
    assert all(re.sub(r"<svg.*?</svg>|<[^>]+>", "", label, flags=re.S).strip() for label in labels)
    assert page.count("<legend") == len(UNSUR) + 1


def test_words_of_the_script_come_from_the_page(service):
    with translation.override("id"):
        page = Client().get(address(service)).content.decode()
    form = re.search(r"<form class=\"questionnaire\".*?>", page, re.S).group(0)
    for name in ("of", "last", "next", "skip", "offline", "online", "checking", "idle"):
        assert re.search(rf'data-{name}="[^"]+"', form), name
    assert f'data-keep="nilai:{service.code}:qr"' in form


def test_the_thanks_page_clears_the_memory_of_the_tab(service):
    page = Client().get(address(service, "thanks")).content.decode()
    assert f'data-rated="nilai:{service.code}:"' in page
    assert "js/citizen/rate.js" in page


def test_who_filled_it_in_is_asked_and_may_be_skipped(service):
    page = Client().get(address(service)).content.decode()
    values = re.findall(r'name="filled_by"\s+value="([a-z]+)"', page)
    assert values == ["self", "family", "helper", "officer"]
