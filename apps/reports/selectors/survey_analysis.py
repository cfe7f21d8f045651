"""Chapters IV and V of a survey report: what is weak, what was said, what follows, how it went on; and the annexes."""

from collections.abc import Sequence
from decimal import Decimal

from apps.feedback.models import FigureStep, IkmResult, Unsur
from apps.feedback.rules.small_numbers import Disclosure
from apps.feedback.selectors import disclosure_for

from ..rendering.payload import decimal, long_date
from ..rendering.survey_facts import Bar, Bars, Block, Chapter, Grid, Paragraph, Points, Section
from .survey_figures import SurveyFigures, TierFigures
from .survey_plans import PlanLine, Progress, Publication, plan_of, progress_before, publications_of
from .survey_remarks import printed_remarks
from .survey_subject import Subject
from .survey_words import DASH, in_words, number

TREND_PERIODS = 8


def analysis(subject: Subject, figures: SurveyFigures) -> Chapter:
    plan = plan_of(subject.periods)
    # The plan of the last survey is written after it ended, so mostly while this one ran.
    progress = progress_before(subject.service or subject.unit, subject.ends_on)
    return Chapter(
        number="BAB IV",
        title="ANALISIS DAN TINDAK LANJUT",
        sections=(
            Section(title="4.1 Unsur yang paling lemah", blocks=_weak(figures.main)),
            Section(title="4.2 Saran dan keluhan", blocks=_remarks(subject, figures.main)),
            Section(title="4.3 Rencana tindak lanjut", blocks=_plan(plan)),
            Section(title="4.4 Perkembangan", blocks=_trend(subject, figures.main)),
            Section(title="4.5 Tindak lanjut survei sebelumnya", blocks=_before(progress)),
        ),
    )


def _weak(main: TierFigures) -> tuple[Block, ...]:
    if main.ikm is None:
        return (Paragraph(text="Belum dapat ditentukan: jawaban masih terlalu sedikit."),)
    lowest = sorted(main.unsur, key=lambda line: (line.average, line.number))[:3]
    return (
        Paragraph(text="Tiga unsur dengan nilai terendah menjadi dasar rencana tindak lanjut."),
        Grid(
            caption="",
            head=("Kode", "Unsur", "NRR", "Mutu"),
            rows=tuple(
                (f"U{line.number}", line.name, number(line.average, 4), line.grade or DASH) for line in lowest
            ),
            shares=(2, 9, 3, 5),
            numeric=(2,),
        ),
    )


def _remarks(subject: Subject, main: TierFigures) -> tuple[Block, ...]:
    if main.disclosure is Disclosure.HIDDEN:
        return (Paragraph(text="Tidak dimuat: dengan jawaban sesedikit ini, saran menunjuk orangnya."),)
    remarks = printed_remarks(subject.periods)
    blocks: list[Block] = [
        Paragraph(
            text=f"{decimal(remarks.received)} saran diterima, {decimal(remarks.checked)} sudah dibaca petugas di luar "
            f"unit, {decimal(len(remarks.texts))} dimuat di sini. Nama dan data pribadi dihapus; urutannya diacak."
        )
    ]
    if remarks.texts:
        blocks.append(Points(points=remarks.texts))
    return tuple(blocks)


def _plan(plan: Sequence[PlanLine]) -> tuple[Block, ...]:
    if not plan:
        return (Paragraph(text="Rencana tindak lanjut atas survei ini belum disusun."),)
    return (
        Grid(
            caption="",
            head=("Unsur", "Tindakan", "Penanggung jawab", "Tenggat", "Keadaan"),
            rows=tuple(
                (line.unsur, line.action, line.responsible, long_date(line.due_on), line.status)
                for line in plan
            ),
            shares=(4, 7, 5, 4, 4),
        ),
    )


def _trend(subject: Subject, main: TierFigures) -> tuple[Block, ...]:
    if subject.service is None:
        return (Paragraph(text="Perkembangan tiap layanan ada dalam laporan layanan itu."),)
    rows = list(
        FigureStep.objects.filter(
            survey_period__service=subject.service,
            survey_period__ends_on__lte=subject.ends_on,
            tier=main.tier,
            pk__in=IkmResult.objects.filter(shown__isnull=False).values("shown"),
        )
        .select_related("survey_period")
        .order_by("-survey_period__ends_on", "-survey_period__pk")[:TREND_PERIODS]
    )[::-1]
    told = []
    for row in rows:
        shown = disclosure_for(row.n, subject.government, subject.ends_on)
        if shown is not Disclosure.HIDDEN:
            told.append((row, shown))
    if len(told) < 2:
        return (Paragraph(text="Belum ada survei sebelumnya yang dapat dibandingkan."),)
    (before, _shown), (now, _also) = told[-2:]
    return (
        Paragraph(text=_change(before, now), is_strong=True),
        Bars(
            title="IKM per periode dengan rentang 95%, 25 sampai 100",
            alt=_change(before, now),
            minimum=Decimal(25),
            maximum=Decimal(100),
            bars=tuple(
                Bar(
                    label=row.survey_period.label,
                    value=row.ikm,
                    text=number(row.ikm, 2),
                    low=row.interval_low,
                    high=row.interval_high,
                )
                for row, _shown in told
            ),
        ),
        Grid(
            caption="Hasil per periode",
            head=("Periode", "Responden", "IKM", "Mutu"),
            rows=tuple(
                (
                    row.survey_period.label,
                    number(row.n),
                    number(row.ikm, 2),
                    row.service_grade if shown is Disclosure.FULL else DASH,
                )
                for row, shown in told
            ),
            shares=(7, 3, 3, 3),
            numeric=(1, 2),
        ),
    )


def _change(before: FigureStep, now: FigureStep) -> str:
    """Return whether the index moved, told only where the ranges do not touch."""
    ranges = (before.interval_low, before.interval_high, now.interval_low, now.interval_high)
    if any(end is None for end in ranges):
        return "Belum ada perubahan yang jelas."
    if now.interval_low > before.interval_high:
        return f"Naik dari {number(before.ikm, 2)} menjadi {number(now.ikm, 2)}."
    if now.interval_high < before.interval_low:
        return f"Turun dari {number(before.ikm, 2)} menjadi {number(now.ikm, 2)}."
    return "Belum ada perubahan yang jelas: rentang kedua angka saling bertindih."


def _before(progress: Progress | None) -> tuple[Block, ...]:
    if progress is None or not progress.total:
        return (Paragraph(text="Tidak ada rencana dari survei sebelumnya."),)
    text = f"{decimal(progress.done)} dari {decimal(progress.total)} tindak lanjut survei sebelumnya selesai."
    return (Paragraph(text=text, is_strong=True),)


def closing(subject: Subject, figures: SurveyFigures) -> Chapter:
    main = figures.main
    points = [in_words(main)]
    if main.weakest is not None:
        points.append(f"Unsur yang paling perlu dibenahi: {main.weakest.name}.")
    published = publications_of(subject.periods)
    return Chapter(
        number="BAB V",
        title="PENUTUP",
        sections=(
            Section(title="5.1 Kesimpulan", blocks=(Points(points=tuple(points)),)),
            Section(title="5.2 Publikasi hasil", blocks=_published(published)),
        ),
    )


def _published(rows: Sequence[Publication]) -> tuple[Block, ...]:
    if not rows:
        return (Paragraph(text="Belum ada bukti publikasi yang dicatat."),)
    return (
        Grid(
            caption="",
            head=("Media", "Tempat", "Tanggal", "Bukti"),
            rows=tuple(
                (row.medium, row.place, long_date(row.on), "ada" if row.has_proof else "tidak ada")
                for row in rows
            ),
            shares=(4, 7, 4, 2),
            note="Tanpa foto atau berkas sebagai bukti, publikasi tidak dihitung.",
        ),
    )


def questions(unsur: Sequence[Unsur]) -> Chapter:
    return Chapter(
        number="",
        title="LAMPIRAN 1. KUESIONER",
        sections=(
            Section(
                title="",
                blocks=(
                    Grid(
                        caption="Pertanyaan dan pilihan jawaban; 4 adalah yang terbaik",
                        head=("Kode", "Pertanyaan", "1", "2", "3", "4"),
                        rows=tuple(
                            (
                                f"U{row.number}",
                                f"{row.name}: {row.question}",
                                *(str(label) for label in row.labels),
                            )
                            for row in unsur
                        ),
                        shares=(2, 9, 4, 4, 4, 4),
                    ),
                ),
            ),
        ),
    )


def arithmetic(figures: SurveyFigures, minimum: int, full: int) -> Chapter:
    weights = {f"{row.weight_numerator}/{row.weight_denominator}" for row in figures.unsur}
    needed = figures.sample_needed
    points = [
        "NRR tiap unsur = jumlah jawaban dibagi banyaknya jawaban; yang dilewati tidak dihitung.",
        f"NRR tertimbang = NRR x bobot ({', '.join(sorted(weights))}, dihitung tepat). Jumlahnya x 25 = IKM, "
        "dibulatkan satu kali ke dua desimal.",
        "Mutu menurut batas bawah setelah pembulatan, sesuai peraturan kuesioner ini.",
        f"Di bawah {decimal(minimum)} jawaban tidak ada angka; di bawah {decimal(full)} tanpa huruf mutu.",
        "Rentang IKM: rata-rata ± 1,96 x galat baku; rentang bagian yang puas: Wilson, 95%.",
    ]
    if needed is not None and figures.population:
        points.append(
            f"Sampel: Krejcie dan Morgan untuk {decimal(figures.population)} orang = {decimal(needed)}."
        )
    return Chapter(
        number="",
        title="LAMPIRAN 2. CARA MENGHITUNG",
        sections=(Section(title="", blocks=(Points(points=tuple(points)),)),),
    )
