"""Which regulation a survey follows: its unsur, weights and bands (SKM 1.1, 1.2, 1.5, 1.6).

A published result stores the code of its regime: the same number has another letter under another
one. Unsur are known by code and never by position, because the regulation's body and its
questionnaire number `pengaduan` and `sarana` the other way round. Terms: docs/glossary.md.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Unsur:
    """One element of service; `labels` are the answers from 1 (worst) to 4 (best)."""

    code: str
    number: str
    name: str
    question: str
    labels: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Regime:
    """`grade_floors` are the lowest rounded IKM of A, B, C and D; the printed bands have gaps.

    The long and short weights are what offices really multiplied with; only `published` uses them.
    """

    code: str
    unsur_codes: tuple[str, ...]
    grade_floors: tuple[Decimal, Decimal, Decimal, Decimal]
    long_weight: Decimal
    short_weight: Decimal
    unsur: tuple[Unsur, ...] = ()

    @property
    def unsur_count(self) -> int:
        return len(self.unsur_codes)

    @property
    def weights(self) -> dict[str, Fraction]:
        """Return equal and exact weights, which sum to 1."""
        weight = Fraction(1, self.unsur_count)
        return dict.fromkeys(self.unsur_codes, weight)


UNSUR_14_2017: tuple[Unsur, ...] = (
    Unsur(
        "persyaratan",
        "U1",
        "Persyaratan",
        "Apakah persyaratan yang diminta sesuai dengan jenis pelayanannya?",
        ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ),
    Unsur(
        "prosedur",
        "U2",
        "Sistem, mekanisme, dan prosedur",
        "Seberapa mudah prosedur pelayanan di unit ini?",
        ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    ),
    Unsur(
        "waktu",
        "U3",
        "Waktu penyelesaian",
        "Seberapa cepat pelayanan diselesaikan?",
        ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"),
    ),
    Unsur(
        "biaya",
        "U4",
        "Biaya/tarif",
        "Bagaimana kewajaran biaya atau tarif pelayanan?",
        ("Sangat mahal", "Cukup mahal", "Murah", "Gratis"),
    ),
    Unsur(
        "produk",
        "U5",
        "Produk spesifikasi jenis pelayanan",
        "Apakah hasil pelayanan sesuai dengan standar yang dijanjikan?",
        ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ),
    Unsur(
        "kompetensi",
        "U6",
        "Kompetensi pelaksana",
        "Bagaimana kemampuan petugas di unit ini dalam melayani?",
        ("Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"),
    ),
    Unsur(
        "perilaku",
        "U7",
        "Perilaku pelaksana",
        "Bagaimana kesopanan dan keramahan petugas di unit ini?",
        (
            "Tidak sopan dan ramah",
            "Kurang sopan dan ramah",
            "Sopan dan ramah",
            "Sangat sopan dan ramah",
        ),
    ),
    Unsur(
        "pengaduan",
        "U8",
        "Penanganan pengaduan, saran, dan masukan",
        "Bagaimana unit ini menangani pengaduan pengguna?",
        (
            "Tidak ada",
            "Ada tetapi tidak berfungsi",
            "Berfungsi kurang maksimal",
            "Dikelola dengan baik",
        ),
    ),
    Unsur(
        "sarana",
        "U9",
        "Sarana dan prasarana",
        "Bagaimana kualitas sarana dan prasarana?",
        ("Buruk", "Cukup", "Baik", "Sangat baik"),
    ),
)

_OLD_FLOORS = (Decimal("81.26"), Decimal("62.51"), Decimal("43.76"), Decimal("25.00"))

REGIMES: tuple[Regime, ...] = (
    Regime(
        code="14/2017",
        unsur_codes=tuple(unsur.code for unsur in UNSUR_14_2017),
        grade_floors=(Decimal("88.31"), Decimal("76.61"), Decimal("65.00"), Decimal("25.00")),
        long_weight=Decimal("0.111"),
        short_weight=Decimal("0.11"),
        unsur=UNSUR_14_2017,
    ),
    # Superseded; kept for imported results. U8 was the maklumat pelayanan, U9 pengaduan.
    Regime(
        code="16/2014",
        unsur_codes=(*(unsur.code for unsur in UNSUR_14_2017[:7]), "maklumat", "pengaduan"),
        grade_floors=_OLD_FLOORS,
        long_weight=Decimal("0.111"),
        short_weight=Decimal("0.11"),
    ),
    # Its fourteen unsur are only known by number here.
    Regime(
        code="KEP/25/2004",
        unsur_codes=tuple(f"u{number}" for number in range(1, 15)),
        grade_floors=_OLD_FLOORS,
        long_weight=Decimal("0.0714"),
        short_weight=Decimal("0.071"),
    ),
)

CURRENT_REGIME = REGIMES[0]


class UnknownRegime(LookupError):
    """Raised for a regime code that is not in the list."""


def regime(code: str) -> Regime:
    """Return the regime with that code.

    :raises UnknownRegime: if there is none.
    """
    for candidate in REGIMES:
        if candidate.code == code:
            return candidate
    raise UnknownRegime(code)
