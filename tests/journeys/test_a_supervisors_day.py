"""A supervisor of more than a hundred people: twenty exceptions and eighty ordinary reports, by keyboard alone."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from .conftest import DESK
from .site import Site
from .visitor import Visitor

pytestmark = pytest.mark.browser

PASSWORD = "sandi-uji-yang-panjang"
# Everything is told relative to now: the site's own schedule runs beside this journey.
PREPARE = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from apps.assessments.models import Cycle, Period, ReportVersion, SelfReport
from apps.indicators.models import Skp
from apps.supervision.services import draws
from tests.supervision.sampling.conftest import content
from tests.world import World
# In one piece: the schedule of the site must not meet the people half-way.
with transaction.atomic():
    now = timezone.now()
    World.YEAR = (now - timedelta(days=20)).year
    world = World("palu")
    def person(number):
        return world.make_employee(f"Pegawai {number:03d}", world.unit, appraiser=world.head)
    cycle = Cycle.objects.create(government=world.government, year=World.YEAR, periodicity="monthly")
    day = timezone.localdate()
    period = Period.objects.create(
        cycle=cycle, kind="periodic", number=1, starts_on=day - timedelta(days=30), ends_on=day,
        opens_at=now - timedelta(days=20), closes_at=now - timedelta(days=2), status="open",
    )
    for number in range(80):
        plan = world.make_skp(person(number), indicators=1)
        report = world.make_report(plan, period, status="submitted")
        ReportVersion.objects.create(
            report=report, version=1, submitted_at=now - timedelta(days=5), content=content()
        )
        SelfReport.objects.filter(pk=report.pk).update(submitted_at=now - timedelta(days=5))
    for number in range(80, 100):
        plan = world.make_skp(person(number), status="submitted")
        Skp.objects.filter(pk=plan.pk).update(submitted_at=now - timedelta(days=45))
    draws.commit_due(now=now - timedelta(days=3))
    Period.objects.filter(pk=period.pk).update(status="closed")
    draws.freeze_due(now=now)
    draws.draw_due(now=now)
draw = world.head.review_draws.get()
print("MADE", world.head.nip, world.agency_head.nip, draw.pk, world.head.user_id, draw.drawn.count())
"""


@dataclass(frozen=True)
class Office:
    """Who works here, and the sample of the closed period."""

    head: str
    chief: str
    draw: int
    user: int
    drawn: int


@pytest.fixture(scope="module")
def office(site: Site) -> Office:
    """Make the people once for the module."""
    head, chief, draw, user, drawn = site.manage("shell", "-c", PREPARE).split("MADE ")[1].split()
    return Office(head, chief, int(draw), int(user), int(drawn))


def signed_in(visitor: Callable[..., Visitor], name: str, login: str) -> Visitor:
    """Return somebody at a desk who has signed in."""
    person = visitor(name, DESK)
    person.go("/masuk/")
    person.fill(username=login, password=PASSWORD)
    person.press()
    return person


def tab_to(person: Visitor, selector: str) -> None:
    """Press Tab until what is wanted has the focus."""
    for _press in range(400):
        person.page.keyboard.press("Tab")
        if person.page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"Tab never came to {selector}")


def enter(person: Visitor) -> None:
    """Press Enter and wait for the page that follows."""
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")


def test_twenty_exceptions_and_a_batch_of_eighty_by_keyboard(
    site: Site, office: Office, visitor: Callable[..., Visitor]
) -> None:
    head = signed_in(visitor, "kepala", office.head)
    head.go("/pengawas/")
    tab_to(head, "main a[href='/pengawas/antrean/']")
    enter(head)
    page = head.page
    assert page.locator("[data-line]").count() == 20
    for left in range(20, 0, -1):
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("t")
        assert page.locator("[data-line]").count() == left - 1
    (states,) = site.query(
        "SELECT count(*) FROM supervision_exceptioncase c JOIN employees_employee e ON e.id = c.person_id "
        "WHERE c.status = 'accepted' AND e.government_id = "
        f"(SELECT government_id FROM employees_employee WHERE user_id = {office.user})"
    )
    assert states == (20,)

    # The sample: each drawn report is opened and accepted, before anything may be accepted together.
    sample = f"/pengawas/sampel/{office.draw}/"
    assert 0 < office.drawn < 80
    for _report in range(office.drawn):
        head.go(sample)
        tab_to(head, "td a.button")
        enter(head)
        tab_to(head, "form[action$='/terima/'] button[type=submit]")
        enter(head)
    head.go(sample)
    tab_to(head, f"a.button[href='/pengawas/massal/{office.draw}/']")
    enter(head)
    tab_to(head, "textarea[name=note]")
    page.keyboard.type("Sampel sudah dibaca; tidak ada temuan.")
    tab_to(head, "main form button[type=submit]")
    enter(head)
    (accepted,) = site.query(
        f"SELECT count(*) FROM supervision_batchitem i JOIN supervision_batchacceptance b ON b.id = i.batch_id "
        f"WHERE b.draw_id = {office.draw} AND i.outcome = 'accepted'"
    )
    assert accepted == (80 - office.drawn,)
    # Half an hour to take it back.
    tab_to(head, "form[action*='/massal/batal/'] button")
    assert head.complaints == []


SLOWEST = 90_000  # milliseconds
# What the issue names, one after the other: a report, a complaint, a service that turned bad.
REPORT = """
from datetime import date, timedelta
from decimal import Decimal
from django.utils import timezone
from apps.assessments.models import Period
from apps.assessments.services import reports
from apps.employees.models import Employee
now, day = timezone.now(), timezone.localdate()
writer = Employee.objects.get(government__code="palu", name="Pegawai 001")
first = Period.objects.get(cycle__government=writer.government, number=1)
period = Period.objects.create(
    cycle=first.cycle, kind="periodic", number=2, starts_on=day + timedelta(days=1),
    ends_on=day + timedelta(days=20), status="open", opens_at=now, closes_at=now + timedelta(days=25),
)
report = reports.open_report(employee=writer, period=period, by=writer, at=now)
lines = {line.indicator_id: (Decimal(80), "") for line in report.lines.all()}
reports.save_draft(
    report_id=report.pk, revision=report.revision, lines=lines, achievements="Pemeriksaan berjalan.",
    obstacles="Hujan tiga hari.", by=writer, at=now,
)
reports.submit_report(report_id=report.pk, by=writer, at=now)
"""
COMPLAINT = """
from django.utils import timezone
from apps.employees.models import Employee
from tests.feedback.helpers import complain
person = Employee.objects.get(government__code="palu", name="Pegawai 001")
complain(person.placements.get().position.unit, at=timezone.now())
"""
BAD_SERVICE = """
from django.utils import timezone
from apps.employees.models import Employee
from apps.feedback.services import surveys
from apps.feedback.tasks import refresh_result
from tests.feedback.helpers import UNSUR, answer, open_now
person = Employee.objects.get(government__code="palu", name="Pegawai 001")
unit = person.placements.get().position.unit
service = surveys.add_service(unit=unit, code="palu-buruk", name="Layanan Buruk", by=None, at=timezone.now())
period = open_now(service)
for _number in range(12):
    answer(service, dict.fromkeys(UNSUR, 1))
refresh_result(survey_period_id=period.pk)
"""


def test_what_happens_appears_on_the_page_of_the_supervisor_and_on_nobody_elses(
    site: Site, office: Office, visitor: Callable[..., Visitor]
) -> None:
    head = signed_in(visitor, "kepala lain waktu", office.head)
    chief = signed_in(visitor, "kepala dinas", office.chief)
    stranger_nip = (
        site.manage(
            "shell",
            "-c",
            "from apps.employees.models import Employee; "
            "print('NIP', Employee.objects.get(government__code='palu', name='Kepala Dinas Lain').nip)",
        )
        .split("NIP ")[1]
        .strip()
    )
    stranger = signed_in(visitor, "kepala lain", stranger_nip)
    for person in (head, chief, stranger):
        person.go("/pengawas/")
    live = {person.name: person.page.locator("#langsung") for person in (head, chief, stranger)}
    events = (
        (REPORT, "Pegawai 001 mengirim laporan", False),
        (COMPLAINT, "Ada aduan baru tentang", True),
        (BAD_SERVICE, "Layanan mana yang dinilai buruk?", True),
    )
    for script, words, is_for_the_chief in events:
        assert words not in live[head.name].inner_text()
        site.manage("shell", "-c", script)
        for person in (head, chief) if is_for_the_chief else (head,):
            # A page on a slow machine asks less often, up to once a minute (static/js/live.js).
            live[person.name].filter(has_text=words).wait_for(timeout=SLOWEST)
    # The others asked as often and were told nothing of it.
    head.page.wait_for_timeout(2500)
    assert "Pegawai 001" not in live[chief.name].inner_text()
    told = live[stranger.name].inner_text()
    stranger.go("/pengawas/")
    for shown in (told, stranger.text):
        assert not [words for _script, words, _is_for_the_chief in events if words in shown]
