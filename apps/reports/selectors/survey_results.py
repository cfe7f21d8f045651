"""Chapter III of a survey report: who answered, the index per unsur, both tiers, the services."""

from collections.abc import Iterable
from decimal import Decimal

from apps.core.rules.rounding import half_up
from apps.feedback.labels import AgeBand, Education, Occupation, Sex
from apps.feedback.models import SurveyPeriod

from ..rendering.payload import decimal
from ..rendering.survey_facts import Bar, Bars, Block, Chapter, Grid, Paragraph, Section
from .survey_figures import SurveyFigures, TierFigures, UnsurLine, figures_of
from .survey_subject import Subject
from .survey_words import DASH, HIDDEN, HIDDEN_NOTE, TIER_NAMES, in_words, label_of, number

ATTRIBUTES = {
    "sex": ("Jenis kelamin", Sex),
    "age_band": ("Usia", AgeBand),
    "education": ("Pendidikan", Education),
    "occupation": ("Pekerjaan", Occupation),
}


def results(subject: Subject, figures: SurveyFigures, minimum: int, full: int) -> Chapter:
    main = figures.main
    if main.ikm is None:
        sections: tuple[Section, ...] = (
            Section(
                title="3.1 Hasil",
                blocks=(
                    Paragraph(
                        text=f"Belum cukup penilaian ({decimal(main.n)} dari {decimal(minimum)}). Di bawah "
                        f"{decimal(minimum)} jawaban, angka lebih banyak bercerita tentang kebetulan dan orang "
                        "perorangan daripada tentang pelayanan.",
                        is_strong=True,
                    ),
                ),
            ),
        )
        return Chapter(number="BAB III", title="HASIL", sections=sections)
    return Chapter(
        number="BAB III",
        title="HASIL",
        sections=(
            Section(title="3.1 Profil responden", blocks=_profile(main)),
            Section(title="3.2 Indeks per unsur", blocks=_per_unsur(main)),
            Section(title="3.3 Dua tingkat penilaian", blocks=_tiers(figures)),
            *(
                ()
                if subject.service
                else (
                    Section(
                        title="3.4 Indeks per layanan", blocks=_per_service(subject, figures, minimum, full)
                    ),
                )
            ),
        ),
    )


def _profile(main: TierFigures) -> tuple[Block, ...]:
    blocks: list[Block] = []
    is_hidden = False
    for cut, (head, labels) in ATTRIBUTES.items():
        counted = main.cuts.get(cut, {})
        known = [value for value in labels.values if value in counted] + [
            value for value in counted if value not in labels.values and value
        ]
        rows = []
        for value in known:
            count = counted[value]
            is_hidden |= count is None
            share = HIDDEN if count is None else f"{number(half_up(Decimal(count * 100) / main.n, 1))}%"
            rows.append((label_of(labels, value), HIDDEN if count is None else number(count), share))
        if rows:
            blocks.append(
                Grid(
                    caption=f"Menurut {head.lower()}",
                    head=(head, "Responden", "Bagian"),
                    rows=tuple(rows),
                    shares=(5, 2, 2),
                    numeric=(1, 2),
                )
            )
    if not blocks:
        return (
            Paragraph(
                text="Tidak dimuat: hasil belum diterbitkan, atau responden tidak mengisi pertanyaan ini."
            ),
        )
    return (*blocks, *((Paragraph(text=HIDDEN_NOTE),) if is_hidden else ()))


def _per_unsur(main: TierFigures) -> tuple[Block, ...]:
    weakest, strongest = main.weakest, main.strongest
    assert weakest is not None
    assert strongest is not None
    if weakest.average == strongest.average:
        message = f"Semua unsur dinilai sama: {number(weakest.average, 2)} dari 4."
    else:
        message = (
            f"Nilai tertinggi: {strongest.name} ({number(strongest.average, 2)} dari 4). "
            f"Terendah: {weakest.name} ({number(weakest.average, 2)} dari 4)."
        )
    return (
        Paragraph(text=message, is_strong=True),
        Bars(
            title="Nilai rata-rata (NRR) per unsur, 0 sampai 4",
            alt=f"{message} Angka lengkap ada di tabel di bawahnya.",
            minimum=Decimal(0),
            maximum=Decimal(4),
            bars=tuple(
                Bar(
                    label=line.name,
                    value=line.average,
                    text=number(line.average, 2),
                    is_marked=line.code == weakest.code and weakest.average != strongest.average,
                )
                for line in main.unsur
            ),
        ),
        _unsur_grid(main, main.unsur),
    )


def _unsur_grid(main: TierFigures, lines: Iterable[UnsurLine]) -> Grid:
    return Grid(
        caption=f"Nilai per unsur, {decimal(main.n)} responden",
        head=("Kode", "Unsur", "NRR", "NRR tertimbang", "NRR x 25", "Mutu"),
        rows=tuple(
            (
                f"U{line.number}",
                line.name,
                number(line.average, 4),
                number(line.weighted, 4),
                number(line.index, 2),
                line.grade or DASH,
            )
            for line in lines
        ),
        shares=(2, 9, 3, 4, 4, 5),
        numeric=(2, 3, 4),
        foot=(("", "IKM", "", number(main.weighted, 4), number(main.ikm, 2), main.grade or DASH),),
        note="Bobot dihitung tepat, dan dibulatkan satu kali di akhir. Tanpa huruf mutu bila jawaban masih sedikit.",
    )


def _tiers(figures: SurveyFigures) -> tuple[Block, ...]:
    told = [figures.main, *([figures.other] if figures.other else [])]
    bars = tuple(
        Bar(
            label=TIER_NAMES[tier.tier].split(" (")[0],
            value=tier.ikm,
            text=number(tier.ikm, 2),
            low=tier.low,
            high=tier.high,
        )
        for tier in told
        if tier.ikm is not None
    )
    chart = Bars(
        title="IKM dengan rentang 95%, 25 sampai 100",
        alt=" ".join(f"{TIER_NAMES[tier.tier]}: {in_words(tier)}" for tier in told),
        minimum=Decimal(25),
        maximum=Decimal(100),
        bars=bars,
    )
    return (
        *((chart,) if bars else ()),
        Grid(
            caption="Berdampingan, tidak dijumlahkan",
            head=("Tingkat", "Responden", "IKM", "Rentang", "Mutu", "Puas"),
            rows=tuple(_tier_row(tier) for tier in told),
            shares=(8, 3, 3, 4, 5, 3),
            numeric=(1, 2, 3, 5),
            note="Rentang: di situ nilai sebenarnya terletak pada 95 dari 100 survei seperti ini. Puas: rata-rata "
            "jawaban sendiri paling sedikit 3 dari 4.",
        ),
    )


def _tier_row(tier: TierFigures) -> tuple[str, ...]:
    has_range = tier.low is not None and tier.high is not None
    return (
        TIER_NAMES[tier.tier],
        number(tier.n),
        number(tier.ikm, 2),
        f"{number(tier.low, 2)} - {number(tier.high, 2)}" if has_range else DASH,
        tier.grade or DASH,
        f"{tier.satisfied.of_ten} dari 10" if tier.satisfied is not None else DASH,
    )


def _per_service(subject: Subject, figures: SurveyFigures, minimum: int, full: int) -> tuple[Block, ...]:
    by_service: dict[int, list[SurveyPeriod]] = {}
    for period in subject.periods:
        if period.questionnaire_id == figures.questionnaire.pk:
            by_service.setdefault(period.service_id, []).append(period)
    rows, indices = [], []
    for periods in by_service.values():
        own = figures_of(periods, minimum, full)
        tier = own and next((t for t in (own.main, own.other) if t and t.tier == figures.main.tier), None)
        if tier is None:
            continue
        if tier.ikm is not None:
            indices.append(tier.ikm)
        service = periods[0].service
        rows.append(
            (
                service.name,
                service.unit.name,
                number(tier.n),
                number(tier.ikm, 2),
                tier.grade or DASH,
                tier.weakest.name if tier.weakest else DASH,
            )
        )
    mean = half_up(sum(indices, Decimal(0)) / len(indices)) if indices else None
    return (
        Paragraph(
            text=f"Gabungan semua responden: {number(figures.main.ikm, 2)}. Rata-rata IKM layanan: "
            f"{number(mean, 2)}. Keduanya berbeda karena layanan dengan banyak responden lebih berat dalam gabungan."
        ),
        Grid(
            caption="Per layanan; tanpa angka bila responden terlalu sedikit",
            head=("Layanan", "Unit", "Responden", "IKM", "Mutu", "Unsur terlemah"),
            rows=tuple(rows),
            shares=(6, 6, 3, 3, 4, 6),
            numeric=(2, 3),
        ),
    )
