"""Chapters I and II of a survey report: why and on what basis, how and from whom."""

from collections.abc import Sequence

from apps.core import policy
from apps.feedback.labels import Channel, FilledBy
from apps.feedback.models import ServicePoint

from ..rendering.payload import decimal, long_date
from ..rendering.survey_facts import Block, Chapter, Grid, Paragraph, Points, Section
from .survey_figures import SurveyFigures
from .survey_subject import Subject
from .survey_words import HIDDEN, HIDDEN_NOTE, SAMPLING_WORDS, label_of, number


def opening(subject: Subject, figures: SurveyFigures) -> Chapter:
    basis = policy.get("reports.survey_legal_basis", on=subject.ends_on, scope=subject.government.code)
    return Chapter(
        number="BAB I",
        title="PENDAHULUAN",
        sections=(
            Section(
                title="1.1 Latar belakang",
                blocks=(
                    Paragraph(
                        text="Setiap penyelenggara pelayanan publik wajib mengukur kepuasan masyarakat secara "
                        "berkala, paling sedikit sekali setahun, dan memperoleh Indeks Kepuasan Masyarakat (IKM). "
                        f"Laporan ini memuat hasil survei atas {subject.name} pada {subject.unit.name} untuk "
                        f"{subject.label}, cara memperolehnya, dan apa yang akan diperbaiki."
                    ),
                ),
            ),
            Section(
                title="1.2 Dasar hukum",
                blocks=(Points(points=tuple(str(line) for _key, line in sorted(basis.items()))),),
            ),
            Section(
                title="1.3 Tujuan",
                blocks=(
                    Points(
                        points=(
                            "mengetahui penilaian masyarakat atas tiap unsur pelayanan;",
                            "menemukan unsur yang paling lemah;",
                            "menetapkan tindak lanjut dan memeriksa tindak lanjut survei sebelumnya.",
                        )
                    ),
                    *_left_out(figures),
                ),
            ),
        ),
    )


def _left_out(figures: SurveyFigures) -> tuple[Block, ...]:
    if not figures.left_out:
        return ()
    text = (
        f"{decimal(figures.left_out)} jawaban dalam rentang ini diberikan atas kuesioner lain. Jawaban atas kuesioner "
        "yang berbeda tidak dijumlahkan, sehingga tidak termasuk dalam angka laporan ini."
    )
    return (Paragraph(text=text),)


def collection(subject: Subject, figures: SurveyFigures) -> Chapter:
    main = figures.main
    channels = [
        (label_of(Channel, value), HIDDEN if count is None else number(count))
        for value, count in main.cuts.get("channel", {}).items()
    ]
    helpers = [
        (label_of(FilledBy, value), HIDDEN if count is None else number(count))
        for value, count in main.cuts.get("filled_by", {}).items()
    ]
    return Chapter(
        number="BAB II",
        title="PENGUMPULAN DATA",
        sections=(
            Section(
                title="2.1 Pelaksana, cara, tempat, dan waktu",
                blocks=(
                    Points(
                        points=(
                            f"Pelaksana: {subject.unit.name}.",
                            f"Kuesioner: {figures.questionnaire.title}, {len(figures.unsur)} unsur, tanpa nama "
                            "responden (lihat lampiran).",
                            f"Tempat: {_places(subject)}.",
                            f"Waktu: {long_date(subject.starts_on)} s.d. {long_date(subject.ends_on)}.",
                            "Tingkat penilaian: jawaban terverifikasi (ada bukti pelayanan) dan jawaban terbuka "
                            "dihitung terpisah dan tidak pernah dijumlahkan.",
                        )
                    ),
                    *_counted("Saluran", "Saluran yang dipakai", channels),
                    *_counted("Yang mengisi", "Siapa yang mengisi formulir", helpers),
                ),
            ),
            Section(title="2.2 Populasi dan sampel", blocks=_sample(subject, figures)),
            Section(title="2.3 Jawaban yang tidak dihitung", blocks=(Paragraph(text=_not_counted(figures)),)),
        ),
    )


def _counted(head: str, caption: str, rows: Sequence[tuple[str, str]]) -> tuple[Block, ...]:
    if not rows:
        return ()
    note = HIDDEN_NOTE if any(count == HIDDEN for label_of, count in rows) else ""
    return (
        Grid(
            caption=caption,
            head=(head, "Responden"),
            rows=tuple(rows),
            shares=(5, 2),
            numeric=(1,),
            note=note,
        ),
    )


def _places(subject: Subject) -> str:
    if subject.service is None:
        services = len({period.service_id for period in subject.periods})
        return f"{decimal(services)} layanan di {subject.unit.name}"
    points = (
        ServicePoint.objects.filter(service=subject.service).order_by("label").values_list("label", flat=True)
    )
    return ", ".join(points) or subject.unit.name


def _sample(subject: Subject, figures: SurveyFigures) -> tuple[Block, ...]:
    main, needed = figures.main, figures.sample_needed
    samplings = [SAMPLING_WORDS.get(value, value) for value in figures.samplings]
    if needed is None:
        text = "Jumlah orang yang dilayani tidak tercatat, maka kecukupan sampel tidak dapat dinilai."
    else:
        verdict = "tercapai" if main.n >= needed else "belum tercapai"
        text = (
            f"Dari {decimal(figures.population or 0)} orang yang dilayani diperlukan {decimal(needed)} responden "
            f"(Krejcie dan Morgan, tingkat kepercayaan 95%). Yang dihitung {decimal(main.n)} responden: sampel "
            f"{verdict}."
        )
    return (
        Paragraph(text=text, is_strong=needed is not None),
        Paragraph(text=f"Cara memilih responden: {'; '.join(samplings)}."),
        *(
            ()
            if main.is_formal
            else (
                Paragraph(
                    text="Tanpa penarikan sampel atau tanpa bukti pelayanan, angka ini menunjukkan pendapat orang "
                    "yang mau menilai. Angka ini bukan SKM resmi."
                ),
            )
        ),
    )


def _not_counted(figures: SurveyFigures) -> str:
    told = [figures.main, *([figures.other] if figures.other else [])]
    waiting, excluded = sum(tier.waiting for tier in told), sum(tier.excluded for tier in told)
    if not waiting and not excluded:
        return "Tidak ada jawaban yang ditahan atau dikecualikan."
    return (
        f"{decimal(waiting)} jawaban masih ditinjau dan {decimal(excluded)} dikecualikan. Yang memutuskan bukan orang "
        "dari unit yang dinilai, dengan alasan tertulis; tidak seorang pun dapat memilih jawaban satu per satu."
    )
