"""What a government shows beyond the bare year: targets, matrix, a changed plan, talks, peers, calibration, credit.

Each chapter is a few calls of services, told after the year's main line; a stage that has not come so far leaves it out.
"""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from PIL import Image

from apps.assessments.models import Evaluation, Period, SelfReport
from apps.assessments.rules.peer_feedback import PeerRelation
from apps.assessments.services import (
    calibration,
    credit,
    dialogue_notes,
    evidence,
    feedback_notes,
    peer_feedback,
)
from apps.employees.models import Employee
from apps.employees.services import states
from apps.indicators import selectors as plan_selectors
from apps.indicators.models import Skp, UnitIndicator
from apps.indicators.selectors.targets import parts_for
from apps.indicators.services import matrix, revisions, templates, unit_targets
from apps.indicators.services import skp as plans

if TYPE_CHECKING:
    from .build import Builder


def tell(builder: "Builder") -> None:
    """Tell the chapters that fit every stage from the first reports on."""
    unit_targets_of_the_year(builder)
    matrix_of_the_health_center(builder)
    a_changed_plan(builder)
    a_photo(builder)
    a_template(builder)
    a_talk(builder)
    voices_of_peers(builder)
    somebody_studies(builder)
    opening_balance(builder)


def _plan(builder: "Builder", employee: Employee) -> Skp:
    return Skp.objects.plans().get(employee=employee, year=builder.year)


def unit_targets_of_the_year(builder: "Builder") -> None:
    """Quarterly targets of each unit's indicator; what was reached is recorded for the parts that ended."""
    today = builder.now.astimezone(builder.zone).date()
    for indicator in UnitIndicator.objects.filter(unit__government=builder.government, year=builder.year):
        head = builder.head(indicator.unit.code)
        parts = parts_for(indicator)
        rows = unit_targets.set_targets(
            indicator_id=indicator.pk,
            targets={
                part.starts_on: indicator.target - Decimal(len(parts) - number)
                for number, part in enumerate(parts, start=1)
            },
            by=head,
        )
        for row in rows:
            if row.ends_on < today:
                unit_targets.record_realization(
                    target_id=row.pk,
                    realization=row.target + Decimal(builder.random.choice(["-2", "-0.5", "0", "1.2"])),
                    source_note="Hasil SKM dan rekap layanan unit.",
                    by=head,
                    at=builder.ago(15),
                )


def matrix_of_the_health_center(builder: "Builder") -> None:
    """The head of the health center says what she expects of two people; approved plans get a proposal."""
    head = builder.head("PKM")
    leader_plan = _plan(builder, head)
    column = leader_plan.results.order_by("pk").first()
    if column is None:
        return
    for title, text in (
        ("Perawat 2", "Warga lanjut usia terlayani tanpa antre ulang"),
        ("Bidan 2", "Kelas ibu hamil terjadwal dan terisi setiap minggu"),
    ):
        matrix.save_row(
            skp_id=leader_plan.pk,
            employee_id=builder.by_post["PKM", title].pk,
            entries=[matrix.Entry(column_id=column.pk, text=text)],
            by=head,
            at=builder.ago(7),
        )


def a_changed_plan(builder: "Builder") -> None:
    """One nurse took over a task: her change is approved and kept as the second version; another one waits."""
    for title, is_decided in (("Perawat 3", True), ("Bidan 2", False)):
        employee = builder.by_post.get(("PKM", title))
        if employee is None or not Skp.objects.plans().filter(employee=employee, status="approved").exists():
            continue
        plan = _plan(builder, employee)
        copy = revisions.begin_revision(
            skp_id=plan.pk,
            reason="assignment",
            note="Ditugaskan menjadi penanggung jawab imunisasi sejak awal bulan.",
            by=employee,
            at=builder.ago(12),
        )
        superior = copy.appraiser and Skp.objects.plans().filter(employee=copy.appraiser).first()
        result = plans.add_result(
            skp=copy,
            text="Imunisasi dasar lengkap di wilayah kerja",
            kind="tambahan",
            by=employee,
            supports=superior.results.first() if superior else None,
        )
        plans.add_indicator(
            result=result,
            text="Jumlah bayi dengan imunisasi dasar lengkap",
            aspect="kuantitas",
            target=Decimal(40),
            measure="bayi",
            direction="higher_is_better",
            source="reported",
            by=employee,
        )
        plans.submit_skp(skp_id=copy.pk, by=employee, at=builder.ago(11))
        if is_decided:
            plans.approve_skp(skp_id=copy.pk, by=copy.appraiser, at=builder.ago(10))


def a_photo(builder: "Builder") -> None:
    """Two colleagues attach the same photo; the second one is asked about it."""
    content = io.BytesIO()
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(content, "JPEG")
    drafts = SelfReport.objects.filter(
        employee__government=builder.government, status="draft", skp__unit=builder.units["PKM"]
    ).select_related("employee", "skp")
    for report in drafts.order_by("pk")[:2]:
        evidence.add_evidence(
            report=report,
            result=report.skp.results.order_by("pk").first(),
            upload_name="posyandu-mawar.jpg",
            content=content.getvalue(),
            by=report.employee,
            at=builder.ago(1),
        )


def a_template(builder: "Builder") -> None:
    """The personnel office keeps a good nurse's plan as a template for others."""
    plan = plan_selectors.whole(Skp.objects.plans()).get(
        employee=builder.by_post["PKM", "Perawat 1"], year=builder.year
    )
    templates.make_template(
        plan=plan,
        title="Perawat puskesmas",
        job_family="Perawat",
        level="",
        keys=[row["key"] for row in plan_selectors.content_of(plan)["results"]],
        by=builder.by_post["BKPSDM", "Analis SDM Aparatur 1"].user,
        at=builder.ago(20),
    )


def a_talk(builder: "Builder") -> None:
    """Leader and nurse agree on the note of a talk; the nurse thanks for the feedback."""
    nurse, head = builder.by_post["PKM", "Perawat 1"], builder.head("PKM")
    note = dialogue_notes.write_note(
        skp=_plan(builder, nurse),
        text=dialogue_notes.TalkText(
            talk_on=builder.ago(8).date(),
            topic="progress",
            discussion="Jumlah kunjungan naik; pencatatan di hari yang sama masih sering terlambat.",
            agreement="Catatan diisi sebelum pulang. Kita lihat lagi dua minggu lagi.",
            support="Satu komputer di ruang tindakan.",
            follow_up_on=(builder.now + timedelta(days=6)).date(),
        ),
        by=head,
        at=builder.ago(7),
    )
    for who in (head, nurse):
        note.refresh_from_db()
        if (who == head and note.appraiser_agreed_at) or (who == nurse and note.employee_agreed_at):
            continue
        dialogue_notes.agree(note_id=note.pk, revision=note.revision, by=who, at=builder.ago(6))
    for feedback in nurse.feedback_notes.all():
        feedback_notes.react(
            note_id=feedback.pk, kind="thanks", by=nurse, at=builder.ago(5), text="Terima kasih, Bu."
        )


def voices_of_peers(builder: "Builder") -> None:
    """Three colleagues answer without their names; the round is closed."""
    nurse, head = builder.by_post["PKM", "Perawat 1"], builder.head("PKM")
    givers = [
        builder.by_post["PKM", title]
        for title in ("Perawat 2", "Bidan 1", "Bidan 2", "Perawat 3")
        if ("PKM", title) in builder.by_post
    ]
    opened = builder.ago(14)
    round_ = peer_feedback.open_round(
        employee=nurse,
        purpose="Bahan dialog kinerja tengah semester.",
        closes_on=opened.date() + timedelta(days=20),
        by=head,
        at=opened,
    )
    asked = peer_feedback.invite(
        round_id=round_.pk, givers=[(giver, PeerRelation.PEER) for giver in givers], by=head, at=opened
    )
    words = (
        ("Sabar kepada pasien yang bingung.", "Serah terima jaga sebaiknya tertulis."),
        ("Selalu siap menggantikan.", "Catatan kadang baru diisi esok harinya."),
        ("Mengajari yang baru tanpa menggurui.", ""),
    )
    for invitation, (well, better) in zip(asked, words, strict=False):
        peer_feedback.answer(
            invitation_id=invitation.pk,
            text=peer_feedback.AnswerText(goes_well=well, could_be_better=better),
            by=invitation.giver,
            at=builder.ago(9),
        )
    peer_feedback.close_round(round_id=round_.pk, by=head, at=builder.ago(4))


def somebody_studies(builder: "Builder") -> None:
    """One person is on a study assignment; nothing is owed for these days."""
    states.record_state(
        employee=builder.by_post["DUKCAPIL", "Administrator Database Kependudukan 2"],
        kind="study",
        since=(builder.now + timedelta(days=10)).date(),
        until=(builder.now + timedelta(days=375)).date(),
        note="SK tugas belajar 12/2026, program magister",
        by=builder.by_post["BKPSDM", "Analis SDM Aparatur 1"].user,
        at=builder.ago(3),
    )


def opening_balance(builder: "Builder") -> None:
    """Two nurses bring the credit of their earlier years; one of them gets a PAK."""
    officer = builder.by_post["BKPSDM", "Analis SDM Aparatur 1"].user
    for title, amount in (("Perawat 1", "37.50"), ("Perawat 2", "12.50")):
        employee = builder.by_post["PKM", title]
        credit.record_opening(
            employee=employee,
            amount=credit.Balance(Decimal(amount)),
            as_of=date(builder.year - 1, 12, 31),
            note="PAK integrasi tahun lalu",
            by=officer,
            at=builder.ago(30),
        )
    credit.issue_pak(
        employee=builder.by_post["PKM", "Perawat 1"],
        as_of=builder.ago(2).date(),
        by=officer,
        at=builder.ago(1),
    )


def calibrate(builder: "Builder", period: Period) -> None:
    """Before the results go out, the head of the agency looks at the center's ratings and moves one."""
    unit = builder.units["PKM"]
    chief = builder.head("DINKES")
    at = period.closes_at + timedelta(days=5)
    rated = Evaluation.objects.filter(
        unit=unit, period=period, status="rated", behavior_rating="above_expectation"
    )
    # The head's result follows the unit's achievement, so hers is not the one to move.
    chosen = rated.exclude(employee__in=[chief, builder.head("PKM")]).order_by("pk").first()
    if chosen is None:
        return
    session = calibration.open_session(
        unit=unit, period=period, by=chief, at=at, note="Menyamakan ukuran antar ruangan."
    )
    calibration.move_rating(
        session_id=session.pk,
        evaluation_id=chosen.pk,
        work_result=chosen.work_result_rating,
        behavior="meets_expectation",
        reason="Bukti perilaku setara dengan rekan lain yang dinilai sesuai ekspektasi.",
        by=chief,
        at=at + timedelta(hours=1),
    )
    calibration.close_session(session_id=session.pk, by=chief, at=at + timedelta(hours=2))
