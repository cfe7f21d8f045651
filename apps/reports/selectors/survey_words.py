"""Words that the papers about surveys share. Documents are Indonesian whatever the reader's language."""

from decimal import Decimal

from apps.core.rules.rounding import half_up
from apps.feedback.labels import Sampling, Tier

from ..rendering.payload import decimal
from .survey_figures import SurveyFigures, TierFigures

HIDDEN = "*"
HIDDEN_NOTE = (
    "* disembunyikan agar tidak ada orang yang dapat dikenali: kurang dari lima orang, atau pelengkapnya. "
    "Yang tidak mengisi pertanyaan ini tidak ikut dihitung di tabelnya."
)
TIER_NAMES = {
    str(Tier.VERIFIED): "Terverifikasi (ada bukti pelayanan)",
    str(Tier.OPEN): "Penilaian terbuka (bukan SKM resmi)",
}
SAMPLING_WORDS: dict[str, str] = {
    Sampling.OPEN.value: "tidak ada penarikan sampel: siapa pun yang mau mengisi",
    Sampling.RECEIPT.value: "semua orang yang menerima kode tanda terima",
    Sampling.RANDOM.value: "acak",
    Sampling.SYSTEMATIC.value: "sistematis: setiap orang ke-n",
    Sampling.CENSUS.value: "sensus: semua orang yang dilayani",
    Sampling.UNRECORDED.value: "tidak tercatat (data impor)",
}
DASH = "–"


def number(value: Decimal | int | None, places: int | None = None) -> str:
    if value is None:
        return DASH
    return decimal(half_up(value, places) if places is not None and isinstance(value, Decimal) else value)


def in_words(figures: TierFigures) -> str:
    """Return a result in one sentence, as far as its number of answers allows."""
    if figures.ikm is None:
        return f"Belum cukup penilaian untuk satu angka ({decimal(figures.n)} penilaian)."
    letter = f", mutu {figures.grade}" if figures.grade else ""
    return f"IKM {number(figures.ikm, 2)}{letter}, dari {decimal(figures.n)} responden."


def headline(figures: SurveyFigures) -> tuple[str, ...]:
    main = figures.main
    lines = [in_words(main), f"Sumber angka: {TIER_NAMES[main.tier]}."]
    if main.satisfied is not None:
        happy = main.satisfied
        lines.append(
            f"{happy.of_ten} dari 10 pengunjung puas. Dengan {decimal(happy.n)} penilaian, angka sebenarnya bisa "
            f"antara {happy.low_of_ten} dan {happy.high_of_ten} dari 10."
        )
    if main.ikm is not None and not main.grade:
        lines.append("Penilaian masih sedikit, maka angka ini diberi peringatan dan tanpa huruf mutu.")
    if main.weakest is not None:
        lines.append(f"Yang paling perlu dibenahi: {main.weakest.name}.")
    return tuple(lines)


def label_of(labels: type, value: str) -> str:
    """Return the words of a stored value; a value of a later version stands as it is."""
    if not value:
        return "tidak diisi"
    return str(dict(labels.choices).get(value, value))  # type: ignore[attr-defined]
