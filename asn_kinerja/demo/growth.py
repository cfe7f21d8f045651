"""What a government shows of supervision and development: competences, a plan of the year, a session with a waiting
list, a coaching plan, supervision on loan, a helper, an auditor at work.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from apps.accounts.models import User
from apps.core.localtime import local_date
from apps.employees.models import Employee
from apps.employees.services.helpers import name_helper
from apps.supervision.services import audit_room, practice, practice_periods
from apps.training.labels import CoachingPlanCause
from apps.training.models import Competence, Programme, Topic
from apps.training.services import (
    checks,
    coaching,
    coaching_plans,
    competences,
    invitations,
    programmes,
    wishes,
    yearly_plans,
)

if TYPE_CHECKING:
    from .build import Builder

NURSES = ("Perawat 1", "Perawat 2", "Perawat 3", "Bidan 1", "Bidan 2")


def tell(builder: "Builder") -> None:
    """Tell what follows from the year; after the results are there."""
    assessed_levels(builder)
    a_session_with_a_waiting_list(builder)
    a_coaching_plan(builder)
    a_helper_and_an_auditor(builder)
    if builder.story.code == "kendari":
        a_practice_period(builder)


def _officer(builder: "Builder") -> Employee:
    return builder.by_post["BKPSDM", "Analis SDM Aparatur 1"]


def assessed_levels(builder: "Builder") -> None:
    """Levels from an assessment centre, a wish, and the plan of the year with its budget."""
    officer = _officer(builder).user
    people = [builder.by_post["PKM", post] for post in NURSES if ("PKM", post) in builder.by_post]
    competences.start_catalogue(government=builder.government, by=officer, at=builder.ago(60))
    rows = list(Competence.objects.filter(government=builder.government).order_by("code"))
    for number, person in enumerate(people):
        for place, row in enumerate(rows):
            competences.record_assessment(
                employee=person,
                competence=row,
                level=1 + (number + place) % 4,
                assessed_on=builder.ago(90).date(),
                method="assessment_center",
                note=f"Laporan penilaian {builder.year}/12",
                by=officer,
                at=builder.ago(50),
            )
    topic = Topic.objects.filter(code="digital").first() or Topic.objects.order_by("pk").first()
    if people and topic is not None:
        wishes.add_wish(
            employee=people[0],
            topic=topic,
            why="Rekap bulanan masih saya kerjakan dua hari; dengan tabel yang benar cukup dua jam.",
            hours=Decimal(6),
            at=builder.ago(9),
        )
    plan = yearly_plans.create_plan(
        unit=builder.units["ROOT"],
        year=builder.year,
        hours=Decimal(240),
        seats=40,
        money=None,
        by=officer,
        at=builder.ago(6),
    )
    yearly_plans.approve_plan(plan_id=plan.pk, by=officer, at=builder.ago(5))


def a_session_with_a_waiting_list(builder: "Builder") -> None:
    """Two are invited to the one seat that is left; the second waits. The session has a short check."""
    programme = Programme.objects.filter(government=builder.government).order_by("pk").last()
    if programme is None:
        return
    officer = _officer(builder)
    coming = programmes.add_session(
        programme=programme,
        starts_on=(builder.now + timedelta(days=10)).date(),
        ends_on=(builder.now + timedelta(days=11)).date(),
        place=f"Aula BKPSDM {builder.story.place}",
        seats=1,
        by=officer,
        at=builder.ago(4),
        takes_attendance=True,
    )
    checks.add_question(
        programme=programme,
        text="Berkas warga kurang satu. Apa yang Anda lakukan dulu?",
        options=["Sebut dan catat yang kurang", "Minta datang lagi besok"],
        right=0,
        by=officer,
        at=builder.ago(4),
    )
    for post in ("Perawat 3", "Tenaga Promosi Kesehatan 1"):
        employee = builder.by_post.get(("PKM", post))
        if employee is None:
            continue
        row = invitations.invite(session=coming, employee=employee, by=officer, at=builder.ago(3))
        invitations.accept_invitation(enrolment=row, by=employee, at=builder.ago(2))


def a_coaching_plan(builder: "Builder") -> None:
    """Somebody whose reports came late gets a plan with steps; both write into it."""
    person, head = builder.by_post["PKM", "Perawat 2"], builder.head("PKM")
    today = local_date(builder.now, builder.government.timezone)
    plan = coaching_plans.open_plan(
        employee=person,
        cause=coaching_plans.Cause(CoachingPlanCause.OTHER, "Dua laporan dikirim setelah penutupan."),
        goal="Setiap laporan dikirim sebelum penutupan, dengan bukti yang cocok.",
        steps=[
            ("Menulis kemajuan setiap Jumat", today + timedelta(days=5)),
            ("Diperiksa bersama di pertengahan", today + timedelta(days=30)),
        ],
        starts_on=today,
        ends_on=today + timedelta(days=90),
        by=head,
        at=builder.ago(1),
    )
    step = plan.steps.order_by("due_on").first()
    if step is not None:
        coaching_plans.tick_step(step_id=step.pk, is_done=True, by=person, at=builder.ago(1))
    coaching_plans.add_note(
        plan_id=plan.pk, text="Jumat lalu sudah saya coba; perlu sepuluh menit.", by=person, at=builder.ago(1)
    )
    coaching.add_coaching_note(
        employee=person,
        observation="Jadwal jaga malam membuat laporan tertunda.",
        agreement="Jadwal jaga dipindah; laporan ditulis setiap Jumat.",
        follow_up_on=today + timedelta(days=14),
        by=head,
        at=builder.ago(1),
        plan=plan,
        is_confidential=True,
    )


def a_helper_and_an_auditor(builder: "Builder") -> None:
    """The health center has somebody to ask; an auditor has drawn a sample and looked at the first record."""
    officer = _officer(builder).user
    day = local_date(builder.now, builder.government.timezone)
    name_helper(
        unit=builder.units["PKM"],
        employee=builder.by_post["PKM", "Bidan 1"],
        phone="0812 0000 0000",
        day=day,
        by=officer,
        at=builder.ago(1),
    )
    auditor = User.objects.get(login=f"auditor@{builder.story.code}.example")
    row = audit_room.grant_engagement(
        auditor=auditor,
        unit=builder.units["DINKES"],
        years=(builder.year, builder.year),
        purpose="Pemeriksaan reguler atas penilaian kinerja",
        starts_at=builder.ago(1),
        ends_at=builder.now + timedelta(days=14),
        by=officer,
        at=builder.ago(1),
    )
    as_of: date = builder.ago(1).date()
    audit_room.draw_sample(
        engagement_id=row.pk, as_of=as_of, rate=Decimal("0.1"), minimum=1, by=auditor, at=builder.now
    )


def a_practice_period(builder: "Builder") -> None:
    """A time to try things out; one person has got a question back, one leader has looked at a report."""
    period = practice_periods.open_period(
        government=builder.government,
        opens_on=builder.ago(3).date(),
        closes_on=builder.ago(-11).date(),
        by=_officer(builder).user,
        at=builder.ago(3),
    )
    writer = builder.by_post["PKM", NURSES[2]]
    day = local_date(builder.ago(1), builder.government.timezone)
    practice.add_line(
        person=writer,
        period=period,
        day=day,
        text="Melayani 12 warga di loket",
        result=1,
        indicator=1,
        quantity=Decimal(400),
        at=builder.ago(1),
    )
    practice.save_report(
        person=writer,
        period=period,
        version=1,
        figures={2: Decimal(88), 3: Decimal("19.5")},
        texts={"achievements": "Semua warga dilayani pada hari yang sama."},
        at=builder.ago(1),
    )
    practice.send_report(person=writer, period=period, at=builder.ago(1))
    practice.continue_report(person=writer, period=period, at=builder.ago(1))
