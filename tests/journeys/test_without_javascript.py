"""The same pages with JavaScript off: nobody is turned away for an old phone or a strict browser."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from .site import Site
from .visitor import Visitor

pytestmark = pytest.mark.browser

POINT = "tanpa-js-loket"
PREPARE = f"""
from datetime import date
from django.utils import timezone
from apps.employees.models import WorkUnit
from apps.employees.services import organization
from apps.feedback.services import surveys
now = timezone.now()
government = organization.add_government(
    code="kota-polos", name="Kota Polos", zone="Asia/Jakarta", place="Polos", brand="nasional", by=None
)
unit = WorkUnit.objects.get(government=government, parent=None)
service = surveys.add_service(unit=unit, code="polos", name="Layanan Polos", by=None, at=now)
surveys.add_point(service=service, code="{POINT}", label="Loket", by=None, at=now)
days = {{{{"starts_on": date.fromisoformat("{{starts}}"), "ends_on": date.fromisoformat("{{ends}}")}}}}
surveys.open_survey_period(service=service, code="kini", label="Kini", **days, by=None, at=now)
"""


def test_a_citizen_rates_and_complains_without_javascript(
    site: Site, visitor: Callable[..., Visitor]
) -> None:
    """From the code on the counter to the status of the report."""
    day = datetime.now(ZoneInfo("Asia/Jakarta")).date()
    site.manage("shell", "-c", PREPARE.format(starts=day, ends=day + timedelta(days=20)))
    citizen = visitor("warga-polos", java_script_enabled=False)

    citizen.go(f"/l/{POINT}/")
    citizen.follow(f'a[href="/l/{POINT}/nilai/"]')
    for scale in citizen.page.locator(".questions .question").all():
        scale.locator("label[for]").nth(3).click()
    citizen.page.wait_for_timeout(3500)  # faster than the three seconds of the default looks like a program
    citizen.press()
    assert citizen.path.endswith("/terima-kasih/")

    citizen.go(f"/aduan/baru/?titik={POINT}")
    citizen.press(expect=422)  # nothing chosen: the page says so and stays
    assert citizen.page.locator(".error-summary a").count() >= 1
    citizen.page.locator('input[name="kind"] + label').first.click()
    citizen.press()
    citizen.fill(subject="Loket tutup sebelum waktunya", body="Pukul dua siang loket sudah tutup.")
    citizen.press()
    citizen.fill(identity="anonymous")
    citizen.press()
    assert "Pukul dua siang" in citizen.text
    citizen.page.wait_for_timeout(3500)
    citizen.press()
    number = citizen.page.locator('[data-role="number"]').inner_text().strip()
    secret = citizen.page.locator('[data-role="secret"]').inner_text().strip()
    assert re.fullmatch(r"ADU-KOTA-POLOS-\d{4}-\d{6}", number)
    citizen.context.clear_cookies()
    citizen.go("/aduan/lacak/")
    citizen.fill(number=number, secret=secret)
    citizen.press()
    assert number in citizen.text
    assert citizen.complaints == []
