"""What a printed career file says: the verified facts on the person's career page, in Indonesian whoever prints it.

The talent box is left out: it is a proposal for people to decide on and no fact about anybody.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils import translation

from apps.core.localtime import local_date
from apps.employees import selectors as people
from apps.employees.models import Employee
from apps.supervision.career_texts import figure, index_lines
from apps.supervision.labels import INDEX_CATEGORIES
from apps.supervision.models import DisciplineRecord
from apps.supervision.selectors import career as careers

from ..rendering.facts import Align, CareerDocument, CareerSection, ReportColumn
from ..rendering.payload import long_date
from .parties import WATERMARK, government_name, placed_party

_NOTES = (
    "Hanya yang sudah disahkan yang tercantum. Pangkat/golongan ruang menurut data saat dicetak.",
    "Ringkasan ini tidak ditandatangani dan tidak memuat kode verifikasi; dokumen aslinya tetap yang berlaku.",
)
_INDEX_NOTE = "Poin sebagian belum dikonfirmasi. Angka resmi adalah angka BKN."


def career_document(employee: Employee, day: date, *, names_decrees: bool) -> CareerDocument:
    """Return the facts of a career file. Punishments stand on it only for whoever may know of them."""
    with translation.override("id"):
        file = careers.career_file(employee, day)
        sections = [
            _index(employee, day, names_decrees),
            _posts(file),
            _results(file),
            _education(file),
            _learning(file),
            _recognition(file, employee),
        ]
        if names_decrees:
            sections.append(_discipline(employee, day))
        place = people.placement_on(employee, day)
        return CareerDocument(
            government=government_name(employee.government),
            employee=placed_party(employee, place.position if place else None),
            sections=tuple(sections),
            notes=_NOTES,
            date=day,
            watermark=WATERMARK if employee.government.is_demo else None,
        )


def _column(title: str, share: float | None = 1.0, align: Align = Align.LEFT) -> ReportColumn:
    return ReportColumn(title=title, share=share, align=align)


def _span(first: date, last: date | None) -> str:
    return f"{long_date(first)} – {long_date(last) if last else 'sekarang'}"


def _index(employee: Employee, day: date, names_decrees: bool) -> CareerSection:
    rules = careers.index_rules(employee.government, day)
    found = careers.index_of(employee, day)
    title = "Indeks Profesionalitas ASN (IP ASN)"
    if found is None:
        why = (
            "CPNS belum memiliki indeks."
            if careers.is_new(employee, rules)
            else "Tanpa jabatan tidak ada indeks."
        )
        return CareerSection(title=title, empty=why)
    standing = (
        INDEX_CATEGORIES[found.index.category.value]
        if found.is_complete
        else "data belum lengkap, sebagian belum memberi poin"
    )
    return CareerSection(
        title=title,
        lead=f"{figure(found.index.total)} dari 100 ({standing}). {_INDEX_NOTE}",
        columns=(_column("Bagian", 2), _column("Poin", None, Align.RIGHT), _column("Yang dihitung", 3)),
        rows=tuple(
            (line.label, f"{line.points} dari {line.maximum}", line.counts)
            for line in index_lines(found, rules, names_decrees=names_decrees)
        ),
    )


def _posts(file: careers.CareerFile) -> CareerSection:
    titles = [(row, row.position.title) for row in file.positions]
    titles += [(row, f"{row.get_kind_display()}: {row.position.title}") for row in file.mandates]
    titles.sort(key=lambda told: told[0].period.lower, reverse=True)
    return CareerSection(
        title="Jabatan dan penugasan",
        columns=(_column("Masa", 1.4), _column("Jabatan", 2), _column("Unit kerja", 2)),
        rows=tuple(
            (_span(row.period.lower, row.last_day), title, row.position.unit.name) for row, title in titles
        ),
        empty="Belum ada jabatan tercatat.",
    )


def _results(file: careers.CareerFile) -> CareerSection:
    return CareerSection(
        title="Hasil akhir tahunan",
        columns=(
            _column("Tahun", None),
            _column("Predikat"),
            _column("Unit kerja", 2),
            _column("Pejabat penilai", 2),
        ),
        rows=tuple(
            (
                str(row.period.ends_on.year),
                row.get_predikat_display(),
                row.unit.name,
                row.appraiser.full_name if row.appraiser else "",
            )
            for row in file.evaluations
        ),
        empty="Belum ada hasil akhir tahunan.",
    )


def _education(file: careers.CareerFile) -> CareerSection:
    return CareerSection(
        title="Pendidikan",
        columns=(_column("Lulus", 1.2), _column("Jenjang", 2), _column("Sekolah/perguruan tinggi", 2)),
        rows=tuple(
            (row.graduated_on, ", ".join(filter(None, (row.get_level_display(), row.field))), row.school)
            for row in file.education
        ),
        empty="Belum ada ijazah yang disahkan.",
    )


def _learning(file: careers.CareerFile) -> CareerSection:
    hours = "; ".join(f"{year}: {_hours(amount)}" for year, amount in file.hours)
    return CareerSection(
        title="Pengembangan kompetensi",
        lead=f"Jumlah per tahun: {hours}." if hours else "",
        columns=(
            _column("Selesai", 1.2),
            _column("Nama", 2),
            _column("Penyelenggara", 1.5),
            _column("Bentuk", 1.2),
            _column("JP", None, Align.RIGHT),
        ),
        rows=tuple(
            (row.ends_on, row.name, row.organizer, row.form.name if row.form else "", figure(row.jp))
            for row in file.certificates
        ),
        empty="Belum ada sertifikat yang disahkan.",
    )


def _hours(amount: Decimal) -> str:
    return f"{figure(amount)} JP"


def _recognition(file: careers.CareerFile, employee: Employee) -> CareerSection:
    return CareerSection(
        title="Penghargaan",
        columns=(_column("Tanggal", 1.2), _column("Penghargaan", 3), _column("Pemberi", 1.5)),
        rows=tuple(
            (
                local_date(row.at, employee.government.timezone),
                f"{row.title}. {row.reason}".removesuffix(". "),
                row.given_by.full_name,
            )
            for row in file.recognitions
        ),
        empty="Belum ada penghargaan tercatat.",
    )


def _discipline(employee: Employee, day: date) -> CareerSection:
    """Only what holds: a punishment that was taken back is no fact about the person."""
    records: Sequence[DisciplineRecord] = (
        DisciplineRecord.objects.valid()  # type: ignore[attr-defined]
        .filter(employee=employee, starts_on__lte=day)
        .order_by("-starts_on", "-pk")
    )
    return CareerSection(
        title="Hukuman disiplin",
        columns=(_column("Masa", 1.4), _column("Tingkat"), _column("Surat keputusan", 2)),
        rows=tuple(
            (
                _span(row.starts_on, row.ends_on) if row.ends_on else row.starts_on,
                row.get_level_display(),
                row.decree,
            )
            for row in records
        ),
        empty="Tidak ada hukuman disiplin yang tercatat.",
    )
