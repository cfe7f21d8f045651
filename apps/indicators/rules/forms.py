"""What the official SKP forms are made of (PLN-3 to PLN-7, sheet 2.2 and 6.1 to 6.4).

The Indonesian strings are the printed labels of the forms. Terms: docs/glossary.md.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Approach(StrEnum):
    KUANTITATIF = "kuantitatif"
    KUALITATIF = "kualitatif"


class Layout(StrEnum):
    """JPT and heads of independent units use perspektif; JA and JF use aspek."""

    JPT = "jpt"
    JA_JF = "ja_jf"


class ResultKind(StrEnum):
    UTAMA = "utama"
    TAMBAHAN = "tambahan"


class Aspek(StrEnum):
    KUANTITAS = "kuantitas"
    KUALITAS = "kualitas"
    WAKTU = "waktu"
    BIAYA = "biaya"


class Perspektif(StrEnum):
    PENERIMA_LAYANAN = "penerima_layanan"
    PROSES_BISNIS = "proses_bisnis"
    PENGUATAN_INTERNAL = "penguatan_internal"
    ANGGARAN = "anggaran"


class AnnexKind(StrEnum):
    DUKUNGAN_SUMBER_DAYA = "dukungan_sumber_daya"
    SKEMA_PERTANGGUNGJAWABAN = "skema_pertanggungjawaban"
    KONSEKUENSI = "konsekuensi"


@dataclass(frozen=True, slots=True)
class BehaviorValue:
    """One row of the table Perilaku kerja."""

    code: str
    label: str
    lines: tuple[str, str, str]


BEHAVIOR_VALUES: tuple[BehaviorValue, ...] = (
    BehaviorValue(
        "berorientasi_pelayanan",
        "Berorientasi Pelayanan",
        (
            "Memahami dan memenuhi kebutuhan masyarakat",
            "Ramah, cekatan, solutif, dan dapat diandalkan",
            "Melakukan perbaikan tiada henti",
        ),
    ),
    BehaviorValue(
        "akuntabel",
        "Akuntabel",
        (
            "Melaksanakan tugas dengan jujur, bertanggung jawab, cermat, disiplin, dan berintegritas tinggi",
            "Menggunakan kekayaan dan barang milik negara secara bertanggung jawab, efektif, dan efisien",
            "Tidak menyalahgunakan kewenangan jabatan",
        ),
    ),
    BehaviorValue(
        "kompeten",
        "Kompeten",
        (
            "Meningkatkan kompetensi diri untuk menjawab tantangan yang selalu berubah",
            "Membantu orang lain belajar",
            "Melaksanakan tugas dengan kualitas terbaik",
        ),
    ),
    BehaviorValue(
        "harmonis",
        "Harmonis",
        (
            "Menghargai setiap orang apa pun latar belakangnya",
            "Suka menolong orang lain",
            "Membangun lingkungan kerja yang kondusif",
        ),
    ),
    BehaviorValue(
        "loyal",
        "Loyal",
        (
            "Memegang teguh ideologi Pancasila, UUD 1945, setia kepada NKRI serta pemerintahan yang sah",
            "Menjaga nama baik sesama ASN, pimpinan, instansi, dan negara",
            "Menjaga rahasia jabatan dan negara",
        ),
    ),
    BehaviorValue(
        "adaptif",
        "Adaptif",
        (
            "Cepat menyesuaikan diri menghadapi perubahan",
            "Terus berinovasi dan mengembangkan kreativitas",
            "Bertindak proaktif",
        ),
    ),
    BehaviorValue(
        "kolaboratif",
        "Kolaboratif",
        (
            "Memberi kesempatan kepada berbagai pihak untuk berkontribusi",
            "Terbuka dalam bekerja sama untuk menghasilkan nilai tambah",
            "Menggerakkan pemanfaatan berbagai sumber daya untuk tujuan bersama",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class BehaviorSet:
    """The values as they were printed from a day on, and where that stands."""

    valid_from: date
    source: str
    values: tuple[BehaviorValue, ...]


# The oldest first. A new wording is a new set from a day on; plans of earlier years keep theirs.
BEHAVIOR_SETS: tuple[BehaviorSet, ...] = (
    BehaviorSet(
        date(2021, 7, 26), "SE MenPANRB 20/2021; forms: annex of PermenPANRB 6/2022", BEHAVIOR_VALUES
    ),
)


def behavior_values_on(day: date) -> tuple[BehaviorValue, ...]:
    """Return the values of the set that held on a day; before the first set, the first one."""
    held = [known for known in BEHAVIOR_SETS if known.valid_from <= day]
    return (held[-1] if held else BEHAVIOR_SETS[0]).values


def layout_for(position_class: str, heads_independent_unit: bool) -> Layout:
    """Return the form that a position uses; classes are "jpt" (or "jpt_<level>"), "ja" and "jf"."""
    is_jpt = position_class == "jpt" or position_class.startswith("jpt_")
    return Layout.JPT if is_jpt or heads_independent_unit else Layout.JA_JF
