"""What citizens say in each government, and what came of it: codes, held-back ratings, notices, plans, forums."""

import io
from datetime import timedelta
from typing import TYPE_CHECKING

from PIL import Image

from apps.feedback.labels import ImprovementOrigin
from apps.feedback.models import Complaint, Service, ServiceAlert, SurveyPeriod
from apps.feedback.services import (
    alerts,
    causes,
    commitments,
    complaints,
    consultations,
    improvement,
    receipts,
    results,
    surveys,
)
from apps.reports.services import surveys as survey_reports

if TYPE_CHECKING:
    from .build import Builder

ELEMENTS = (
    "persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana",
)  # fmt: skip


def tell(builder: "Builder") -> None:
    """Tell what fits every government, then what each of them is an example of."""
    verified_ratings(builder)
    answer_templates(builder)
    {
        "kendari": a_plan_that_runs,
        "lhokseumawe": an_announced_forum,
        "serang": a_service_that_turned_bad,
        "wanggar": a_forum_with_promises,
        "kupang": a_notice_that_helped,
    }[builder.story.code](builder)


def _running_period(service: Service) -> SurveyPeriod:
    return service.survey_periods.order_by("-starts_on")[0]


def _answers(
    builder: "Builder", service: Service, n: int, days: tuple[int, int], level: float, **fields: str
) -> None:
    """Let `n` citizens answer between two numbers of days ago, around a level from 1 to 4."""
    for _number in range(n):
        leaning = level + builder.random.gauss(0, 0.3)
        surveys.record_response(
            service=service,
            point=service.points.first(),
            answers={
                code: min(4, max(1, round(leaning + builder.random.gauss(0, 0.3)))) for code in ELEMENTS
            },
            attributes={"sex": builder.random.choice(["L", "P", ""])},
            remark="",
            channel=fields.get("channel", "qr"),
            tier=fields.get("tier", "terbuka"),
            filled_by="self",
            at=builder.ago(builder.random.randint(*days), hour=builder.random.randint(8, 14)),
        )


def verified_ratings(builder: "Builder") -> None:
    """The health center hands out receipt codes: its survey is sampled, and stands apart from the open ratings."""
    service = builder.services["PKM"]
    _answers(builder, service, 34, (4, 60), builder.story.quality, channel="receipt", tier="terverifikasi")
    today = builder.now.astimezone(builder.zone).date()
    receipts.issue(
        service=service,
        days=[today + timedelta(days=number) for number in range(2)],
        count=20,
        by=builder.head("PKM").user,
        at=builder.now,
    )


def answer_templates(builder: "Builder") -> None:
    """A letter to begin from, and a cause under which complaints are gathered."""
    officer = builder.by_post["DPMPTSP", "Penata Perizinan 1"].user
    complaints.save_template(
        government=builder.government,
        unit=None,
        purpose="answer",
        title="Permohonan maaf dan perbaikan",
        body="Terima kasih atas laporan Anda. Kami sudah memeriksa: [apa yang ditemukan]. Kami lakukan: [tindakan dan waktu].",
        by=officer,
        at=builder.ago(30),
    )
    cause = causes.add_cause(
        government=builder.government,
        name="Waktu tunggu terlalu lama",
        description="Antrean, loket kurang, berkas tertahan.",
        by=officer,
        at=builder.ago(30),
    )
    complaint = Complaint.objects.filter(government=builder.government).order_by("pk").first()
    if complaint is not None and builder.story.weak_unsur == "waktu":
        causes.set_cause(complaint_id=complaint.pk, cause=cause, by=officer, at=builder.ago(2))


def _photo(shade: int) -> bytes:
    content = io.BytesIO()
    Image.linear_gradient("L").point(lambda value: (value + shade) % 256).convert("RGB").save(content, "JPEG")
    return content.getvalue()


def a_plan_that_runs(builder: "Builder") -> None:
    """The weak element of the first half has one finished action that citizens can read, and one under way."""
    service = builder.services["PKM"]
    head = builder.head("PKM")
    above = builder.head("SETDA")
    period = service.survey_periods.order_by("starts_on")[0]
    results.publish_result(survey_period_id=period.pk, by=above.user, at=builder.ago(95))
    survey_reports.issue_survey_report(period_id=period.pk, by=above.user, at=builder.ago(94))
    done = improvement.add_item(
        service=service,
        origin=ImprovementOrigin.WEAK_UNSUR.value,
        action="Membuka loket obat kedua pada hari Senin dan Kamis",
        responsible=builder.by_post["PKM", "Perawat 1"],
        due_on=(builder.now - timedelta(days=30)).date(),
        survey_period=period,
        unsur_code="waktu",
        steps=("Jadwal petugas diubah", "Papan petunjuk dipasang"),
        by=head.user,
        at=builder.ago(90),
    )
    worker = builder.by_post["PKM", "Perawat 1"].user
    improvement.start_item(item_id=done.pk, by=worker, at=builder.ago(80))
    improvement.add_proof(
        item_id=done.pk,
        upload_name="loket-kedua.jpg",
        content=_photo(40),
        caption="Loket kedua dibuka",
        by=worker,
        at=builder.ago(50),
    )
    improvement.report_item(
        item_id=done.pk, text="Loket kedua melayani sejak Senin lalu.", by=worker, at=builder.ago(50)
    )
    improvement.accept_item(
        item_id=done.pk, text="Sudah dilihat di tempat.", by=head.user, at=builder.ago(45)
    )
    improvement.set_public_text(
        item_id=done.pk,
        text="Loket obat kedua dibuka setiap Senin dan Kamis, karena Anda menilai waktu tunggu terlalu lama.",
        by=head.user,
        at=builder.ago(44),
    )
    improvement.approve_public_text(item_id=done.pk, by=above.user, at=builder.ago(43))
    improvement.add_item(
        service=service,
        origin=ImprovementOrigin.OWN.value,
        action="Nomor antrean dapat diambil lewat pesan singkat",
        responsible=head,
        due_on=(builder.now + timedelta(days=40)).date(),
        by=above.user,
        at=builder.ago(20),
    )


def an_announced_forum(builder: "Builder") -> None:
    """The school invites parents; who cannot come may write beforehand."""
    head = builder.head("SDN1")
    starts = builder.ago(-12)
    row = consultations.create_consultation(
        unit=builder.units["SDN1"],
        service=builder.services["SDN1"],
        kind="forum",
        title="Forum orang tua tentang sarana sekolah",
        purpose="Menyepakati perbaikan toilet dan ruang tunggu yang didahulukan.",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        place="Aula sekolah",
        how_to_join="Terbuka bagi semua orang tua. Tidak perlu mendaftar.",
        accessibility="Aula di lantai satu, tanpa tangga. Tersedia juru bahasa isyarat bila diminta tiga hari sebelumnya.",
        contributions_until=(builder.now + timedelta(days=9)).date(),
        agenda=("Hasil survei kepuasan", "Usul orang tua", "Kesepakatan"),
        groups=("Orang tua", "Komite sekolah", "Guru"),
        by=head.user,
        at=builder.ago(5),
    )
    consultations.announce(consultation_id=row.pk, by=head.user, at=builder.ago(4))


def a_forum_with_promises(builder: "Builder") -> None:
    """A deliberation was held; what was promised there can be followed in public."""
    head = builder.head("DUKCAPIL")
    above = builder.head("SETDA")
    starts = builder.ago(40)
    row = consultations.create_consultation(
        unit=builder.units["DUKCAPIL"],
        service=builder.services["DUKCAPIL"],
        kind="musyawarah",
        title="Musyawarah layanan surat pindah",
        purpose="Warga yang jauh meminta surat pindah dapat selesai dalam sekali datang.",
        starts_at=starts,
        ends_at=starts + timedelta(hours=3),
        place="Balai distrik",
        how_to_join="Terbuka bagi semua warga.",
        accessibility="Balai dapat dicapai dengan kursi roda.",
        contributions_until=None,
        agenda=("Syarat surat pindah", "Jam layanan"),
        groups=("Warga kampung", "Kepala kampung", "Petugas layanan"),
        by=head.user,
        at=builder.ago(50),
    )
    consultations.announce(consultation_id=row.pk, by=head.user, at=builder.ago(49))
    held = builder.ago(38)
    consultations.record_attendance(
        consultation_id=row.pk,
        counts=dict(zip(row.groups.order_by("pk").values_list("pk", flat=True), (41, 6, 5), strict=True)),
        others={},
        by=head.user,
        at=held,
    )
    consultations.write_minutes(
        consultation_id=row.pk,
        text="Warga meminta satu loket khusus bagi yang datang dari jauh, dan syarat ditempel di balai kampung.",
        upload_name="",
        content=None,
        is_file_public=False,
        by=head.user,
        at=held,
    )
    for text, promise, days in (
        ("Warga yang datang dari jauh dilayani lebih dulu", "Loket khusus dibuka setiap Selasa", 30),
        ("Syarat tidak diketahui sebelum berangkat", "Syarat ditempel di semua balai kampung", 20),
    ):
        point = consultations.add_point(
            consultation_id=row.pk, text=text, group=row.groups.order_by("pk").first(), by=head.user, at=held
        )
        commitment = commitments.make_commitment(
            point_id=point.pk,
            text=promise,
            owner=head,
            due_on=(builder.now + timedelta(days=days)).date(),
            by=above.user,
            at=held,
        )
        if days == 20:
            commitments.start_commitment(commitment_id=commitment.pk, by=head.user, at=builder.ago(30))
    consultations.publish_minutes(consultation_id=row.pk, by=head.user, at=builder.ago(35))


def a_service_that_turned_bad(builder: "Builder") -> None:
    """The slow counter: the notice is open, nobody has acted yet."""
    service = builder.services["DPMPTSP"]
    _answers(builder, service, 16, (4, 12), 1.9)
    period = _running_period(service)
    results.refresh_result(survey_period_id=period.pk, at=builder.now)
    alerts.check_service(survey_period_id=period.pk, at=builder.now)


def a_notice_that_helped(builder: "Builder") -> None:
    """Ratings fell in summer; the item opened from the notice was done, and the answers since then are better."""
    service = builder.services["DPMPTSP"]
    period = _running_period(service)
    _answers(builder, service, 14, (78, 90), 1.8)
    alerts.check_service(survey_period_id=period.pk, at=builder.ago(77))
    alert = ServiceAlert.objects.filter(service=service).first()
    if alert is None:
        return
    alerts.open_item(
        alert_id=alert.pk,
        action="Pengingat jadwal lewat pesan singkat, dan satu loket cepat",
        by=builder.head("SETDA").user,
        at=builder.ago(75),
    )
    _answers(builder, service, 18, (20, 70), 3.7)
    alerts.measure_due(now=builder.now)
