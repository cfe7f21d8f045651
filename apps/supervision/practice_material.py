"""What is practised on: an invented plan, and three invented reports. In Indonesian like every plan and report.

The objects have the shape that the forms and templates of real reports expect, and no row in any table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Indicator:
    """An indicator of the invented plan. `usual` is what is reached of it elsewhere, in percent."""

    pk: int
    result_id: int
    text: str
    target: Decimal
    measure: str
    source: str = "reported"
    direction: str = "higher_is_better"
    aspect: str = "kuantitas"
    usual: Decimal = Decimal(96)


class Listed(tuple[Indicator, ...]):
    """Indicators behind `all()`, as those of a plan."""

    __slots__ = ()

    def all(self) -> "Listed":
        """Return them."""
        return self


@dataclass(frozen=True)
class Result:
    """A planned result of the invented plan."""

    pk: int
    text: str
    indicators: Listed
    kind: str = "utama"


PLAN: tuple[Result, ...] = (
    Result(
        1,
        "Pelayanan kepada warga selesai dan tercatat",
        Listed(
            (
                Indicator(1, 1, "Jumlah warga yang dilayani", Decimal(40), "warga", source="progress_sum"),
                Indicator(
                    2, 1, "Berkas yang selesai dalam 3 hari kerja", Decimal(90), "%", aspect="kualitas"
                ),
            )
        ),
    ),
    Result(
        2,
        "Antrean di loket berkurang",
        Listed(
            (
                Indicator(
                    3,
                    2,
                    "Rata-rata waktu tunggu",
                    Decimal(20),
                    "menit",
                    direction="lower_is_better",
                    aspect="waktu",
                ),
            )
        ),
    ),
)
INDICATORS: Mapping[int, Indicator] = {row.pk: row for result in PLAN for row in result.indicators}


@dataclass(frozen=True)
class MadeUpReport:
    """A report to review for exercise: what the verbs act on, what was agreed, and why."""

    number: int
    writer: str
    post: str
    content: Mapping[str, Any]
    evidence: Sequence[str]
    agreed: str  # accept or return
    why: str


def _line(
    text: str,
    target: str,
    value: str | None,
    measure: str,
    *,
    note: str = "",
    direction: str = "higher_is_better",
) -> dict[str, Any]:
    return {
        "text": text,
        "target": target,
        "realization": value,
        "prefilled": None,
        "measure": measure,
        "direction": direction,
        "source": "reported",
        "entries": 0,
        "reports": 0,
        "note": note,
    }


def _content(
    result: str, lines: Sequence[dict[str, Any]], achievements: str, obstacles: str, support: str = ""
) -> dict[str, Any]:
    return {
        "results": [{"text": result, "indicators": list(lines)}],
        "achievements": achievements,
        "obstacles": obstacles,
        "support_needed": support,
    }


REPORTS: tuple[MadeUpReport, ...] = (
    MadeUpReport(
        1,
        "Perawat Rekaan",
        "Perawat pada puskesmas rekaan",
        _content(
            "Balita di wilayah kerja tertimbang setiap bulan",
            [
                _line("Balita yang ditimbang", "120", "114", "balita"),
                _line("Balita gizi kurang yang dirujuk", "100", "100", "%"),
            ],
            "114 dari 120 balita ditimbang di lima posyandu. Dua balita gizi kurang dirujuk dan sudah ditangani. "
            "Enam balita yang belum datang sudah dikunjungi kader.",
            "Posyandu Anggrek tertunda sehari karena hujan.",
        ),
        ("rekap-posyandu.pdf: rekap lima posyandu, ditandatangani bidan desa",),
        "accept",
        "Angkanya lengkap, dekat dengan target, dan selisihnya dijelaskan: enam balita yang belum datang disebut dan "
        "sudah dikunjungi. Buktinya menunjukkan pekerjaan itu sendiri. Terima, boleh dengan satu kalimat penghargaan.",
    ),
    MadeUpReport(
        2,
        "Pengelola Arsip Rekaan",
        "Pengelola arsip pada sekretariat rekaan",
        _content(
            "Arsip unit tertata dan dapat ditemukan",
            [
                _line("Berkas yang dipindai", "300", None, "berkas"),
                _line("Waktu mencari berkas", "10", "9", "menit", direction="lower_is_better"),
            ],
            "Melaksanakan tugas dengan baik dan lancar sesuai arahan pimpinan.",
            "",
        ),
        (),
        "return",
        "Satu angka belum diisi, capaiannya tidak menyebut apa yang sekarang ada, dan tidak ada bukti. Kembalikan "
        "dengan pertanyaan yang dapat dijawab, misalnya: berapa berkas yang sudah dipindai, dan di mana daftarnya?",
    ),
    MadeUpReport(
        3,
        "Penyuluh Rekaan",
        "Penyuluh pertanian pada dinas rekaan",
        _content(
            "Petani menerapkan cara tanam hemat air",
            [_line("Petani yang didampingi", "25", "250", "petani")],
            "250 petani didampingi pada tiga kelompok tani di Desa Rekaan. Pertemuan diadakan tiap pekan, dan irigasi "
            "tetes dipasang di dua petak contoh.",
            "Bibit datang terlambat satu pekan.",
        ),
        ("foto-pertemuan.jpg: foto pertemuan, tampak sekitar dua puluh orang",),
        "return",
        "Sepuluh kali target dengan bukti untuk sekitar dua puluh orang: mungkin hanya salah ketik (25), mungkin orang "
        "yang datang berkali-kali dihitung berulang. Jangan menuduh; kembalikan dan tanyakan bagaimana 250 dihitung.",
    ),
)
REPORTS_BY_NUMBER: Mapping[int, MadeUpReport] = {row.number: row for row in REPORTS}
