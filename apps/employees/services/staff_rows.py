"""From the cells of a staff list to clean values, or to problems in coded form. Columns are SIASN-like.

Codes become sentences in `apps.employees.import_texts`. A column that is not in the file says nothing about its field;
an empty cell clears a field only where "none" is a real answer (titles, golongan).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from apps.core.sheets.reading import Row, normalise

from ..labels import PositionClass, UnitKind
from ..rules.jenjang import LEVELS
from ..rules.nip import EmployeeStatus, InvalidNip, NipProblem, clean_nip, parse_nip
from ..rules.pangkat import is_valid_golongan

# Order and heading of the template; every further spelling that files of other offices use.
COLUMNS: dict[str, tuple[str, ...]] = {
    "nip": ("NIP", "NIP Baru", "NIP/NI PPPK", "NI PPPK", "Nomor Induk Pegawai", "nip pegawai"),
    "old_nip": ("NIP Lama", "NIP sebelumnya", "NIP salah"),
    "name": ("Nama", "Nama Lengkap", "Nama Pegawai", "Nama ASN"),
    "title_before": ("Gelar Depan", "gelar dpn"),
    "title_after": ("Gelar Belakang", "gelar blk"),
    "status": (
        "Status PNS/PPPK",
        "Status",
        "Status Pegawai",
        "Jenis Pegawai",
        "Status Kepegawaian",
        "Jenis ASN",
    ),
    "golongan": (
        "Golongan",
        "Gol",
        "Gol. Ruang",
        "Golongan Ruang",
        "Golongan Akhir",
        "Gol Akhir",
        "Pangkat/Gol",
    ),
    "unit_code": ("Kode Unit", "Kode Unit Kerja", "Kode UNOR", "ID Unor", "Kode Unor"),
    "unit_name": ("Nama Unit", "Unit Kerja", "Nama Unit Kerja", "UNOR", "Nama Unor"),
    "parent_code": ("Kode Unit Induk", "Kode Induk", "Kode Unor Induk", "Kode Unor Atasan", "Induk"),
    "unit_kind": ("Jenis Unit", "Jenis Unit Kerja", "Jenis Unor"),
    "position": ("Jabatan", "Nama Jabatan", "Jabatan Nama"),
    "position_class": ("Jenis Jabatan", "Kelas Jabatan", "Kelompok Jabatan", "Tipe Jabatan"),
    "level": ("Jenjang", "Jenjang Jabatan", "Tingkat"),
    "is_head": ("Pimpinan Unit", "Kepala Unit", "Pimpinan", "Kepala", "Is Pimpinan"),
    "since": ("TMT Jabatan", "TMT", "Tanggal Mulai Jabatan", "TMT Jab"),
    "appraiser_nip": ("NIP Atasan", "NIP Pejabat Penilai", "NIP Penilai", "NIP Atasan Langsung"),
    "email": ("Email", "E-mail", "Surel", "Alamat Email"),
}
# Cells that differ from row to row; of the others so many different ones are remembered per column.
_UNIQUE = frozenset({"nip", "old_nip", "name", "email"})
_REMEMBERED = 5000
REQUIRED = ("nip", "name", "unit_code", "position")
LIMITS = {
    "name": 150,
    "title_before": 40,
    "title_after": 60,
    "unit_code": 40,
    "unit_name": 200,
    "position": 200,
}

_STATUSES = {"pns": "pns", "cpns": "pns", "pegawai negeri sipil": "pns", "pppk": "pppk", "p3k": "pppk"} | {
    "pegawai pemerintah dengan perjanjian kerja": "pppk",
    "pppk paruh waktu": "pppk",
    "pppk penuh waktu": "pppk",
}
_KINDS = {kind: kind for kind in UnitKind.values} | {
    "pemerintah daerah": "pemerintah",
    "sekretariat daerah": "setda",
    "setda": "setda",
    "kelurahan": "kelurahan",
    "desa": "kelurahan",
    "upt": "uptd",
    "upt puskesmas": "puskesmas",
    "rumah sakit": "uptd",
    "sd": "sekolah",
    "smp": "sekolah",
    "sma": "sekolah",
    "tk": "sekolah",
    "sekretariat dinas": "sekretariat",
    "bagian": "bidang",
    "seksi": "bidang",
    "subbagian": "bidang",
    "subbidang": "bidang",
    "tim kerja": "tim",
    "satuan polisi pamong praja": "dinas",
}
# The first words of a name that leave no doubt; anything else asks for the column.
_KIND_WORDS = (
    ("sekretariat daerah", "setda"),
    ("dinas", "dinas"),
    ("badan", "badan"),
    ("inspektorat", "inspektorat"),
    ("kecamatan", "kecamatan"),
    ("kelurahan", "kelurahan"),
    ("puskesmas", "puskesmas"),
    ("uptd", "uptd"),
    ("upt", "uptd"),
    ("sekretariat", "sekretariat"),
    ("bidang", "bidang"),
    ("bagian", "bidang"),
    ("seksi", "bidang"),
    ("subbagian", "bidang"),
    ("tim", "tim"),
    ("sd", "sekolah"),
    ("sdn", "sekolah"),
    ("smp", "sekolah"),
    ("smpn", "sekolah"),
)
_CLASSES = {item: item for item in PositionClass.values} | {
    "jpt pratama": "jpt",
    "jpt madya": "jpt",
    "jabatan pimpinan tinggi": "jpt",
    "jabatan pimpinan tinggi pratama": "jpt",
    "eselon ii": "jpt",
    "eselon iii": "administrator",
    "eselon iv": "pengawas",
    "jabatan administrator": "administrator",
    "jabatan pengawas": "pengawas",
    "fungsional": "jf",
    "jabatan fungsional": "jf",
    "jft": "jf",
    "jabatan fungsional tertentu": "jf",
    "jfu": "pelaksana",
    "fungsional umum": "pelaksana",
    "jabatan pelaksana": "pelaksana",
}
_YES = {"ya", "y", "1", "true", "benar", "x", "v"}
_NO = {"", "tidak", "t", "0", "false", "bukan"}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "jan"),
            ("februari", "pebruari", "feb"),
            ("maret", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "jun"),
            ("juli", "jul"),
            ("agustus", "agu", "aug", "agt"),
            ("september", "sep", "sept"),
            ("oktober", "okt", "oct"),
            ("november", "nopember", "nov"),
            ("desember", "des", "dec"),
        ),
        start=1,
    )
    for name in names
}
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass
class StaffRow:
    """One row on its way: clean values, problems that stop it, notes that do not."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, column: str, code: str, **params: Any) -> None:
        """Note a problem that keeps the row out."""
        self.problems.append({"column": column, "code": code, "params": params})

    def note(self, column: str, code: str, **params: Any) -> None:
        """Note something odd that does not keep the row out."""
        self.problems.append({"column": column, "code": code, "params": params, "is_note": True})

    @property
    def is_good(self) -> bool:
        """Whether nothing stops the row."""
        return all(problem.get("is_note") for problem in self.problems)


class _Bad(ValueError):
    """A cell that cannot be understood."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def cleaner(titles: Mapping[str, str]) -> Callable[[Row], StaffRow]:
    """Return what makes clean values of the rows of one file; `titles` are its headings as written, by column name.

    What a cell comes to depends on nothing but the cell, and a list names the same unit, post, grade and day again and
    again: those are worked out once each.
    """
    columns: list[tuple[str, dict[Any, StaffRow] | None]] = [
        (name, None if name in _UNIQUE else {}) for name in COLUMNS if name in titles
    ]

    def clean(source: Row) -> StaffRow:
        row = StaffRow(source.number)
        given, values, raw = source.values, row.values, row.raw
        broken = {}
        for problem in source.problems:
            if problem.column in COLUMNS:
                row.refuse(problem.column, problem.code, **dict(problem.params))
                broken[problem.column] = str(problem.params.get("shown", ""))
        for name, known in columns:
            if name in broken:
                raw[name] = broken[name]
                continue
            value = given.get(name)
            if known is None:
                raw[name] = _text(value)
                _clean_cell(row, name, value)
                continue
            found = known.get(value)
            if found is None:
                found = StaffRow(0, raw={name: _text(value)})
                _clean_cell(found, name, value)
                if len(known) < _REMEMBERED:
                    known[value] = found
            raw[name] = found.raw[name]
            values.update(found.values)
            if found.problems:
                row.problems += found.problems
        _finish(row)
        return row

    return clean


def _clean_cell(row: StaffRow, name: str, value: Any) -> None:
    try:
        _CLEANERS[name](row, value)
    except _Bad as bad:
        row.refuse(name, bad.code, **bad.params)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


def _plain(name: str, *, required: bool, keeps_empty: bool = False) -> Callable[[StaffRow, Any], None]:
    def clean(row: StaffRow, value: Any) -> None:
        text = _text(value)
        if text in {"-", "--"}:
            text = ""
        if required and not text:
            raise _Bad("missing")
        if len(text) > LIMITS.get(name, 200):
            raise _Bad("too_long", limit=LIMITS.get(name, 200), found=len(text))
        if text or keeps_empty:
            row.values[name] = text

    return clean


def _code(name: str, *, required: bool) -> Callable[[StaffRow, Any], None]:
    def clean(row: StaffRow, value: Any) -> None:
        text = _text(value).upper()
        if required and not text:
            raise _Bad("missing")
        if len(text) > LIMITS["unit_code"]:
            raise _Bad("too_long", limit=LIMITS["unit_code"], found=len(text))
        if text and text != "-":
            row.values[name] = text

    return clean


def _nip_text(name: str, *, required: bool) -> Callable[[StaffRow, Any], None]:
    def clean(row: StaffRow, value: Any) -> None:
        text = clean_nip(_text(value))
        if not text:
            if required:
                raise _Bad("missing")
            return
        if name != "nip" and not re.fullmatch(r"\d{18}", text, re.ASCII):
            raise _Bad("nip_length", expected=18, found=len(text))
        row.values[name] = text

    return clean


def _status(row: StaffRow, value: Any) -> None:
    text = normalise(_text(value))
    if not text:
        return
    if text not in _STATUSES:
        raise _Bad("status_unknown", shown=_text(value)[:40])
    row.values["status"] = _STATUSES[text]


def _golongan(row: StaffRow, value: Any) -> None:
    # "Penata - III/c", "III c", "3c" and "iii/C" are all met in real lists.
    text = _text(value)
    if not text or text == "-":
        row.values["golongan"] = ""
        return
    match = re.search(r"\b([ivx]+|[1-4])\s*[/. ]?\s*([a-e])\s*\)?$", text, re.IGNORECASE)
    if match:
        roman = {"1": "I", "2": "II", "3": "III", "4": "IV"}.get(match[1], match[1].upper())
        row.values["golongan"] = f"{roman}/{match[2].lower()}"
        return
    match = re.search(r"(?:^|[\s(])([ivx]+)\)?$", text, re.IGNORECASE)
    if not match:
        raise _Bad("golongan_unknown", shown=text[:40])
    row.values["golongan"] = match[1].upper()


def _kind(row: StaffRow, value: Any) -> None:
    text = normalise(_text(value))
    if not text:
        return
    if text not in _KINDS:
        raise _Bad("kind_unknown", shown=_text(value)[:40])
    row.values["unit_kind"] = _KINDS[text]


def _class(row: StaffRow, value: Any) -> None:
    text = normalise(_text(value))
    if not text:
        return
    short = re.sub(r"^(?:struktural |jabatan struktural )", "", text)
    short = re.sub(r"^(eselon (?:ii|iii|iv)) [ab]$", r"\1", short)
    if short not in _CLASSES:
        raise _Bad("class_unknown", shown=_text(value)[:40])
    row.values["position_class"] = _CLASSES[short]
    if short.startswith("jpt ") or short.endswith("tinggi pratama"):
        row.values.setdefault("level", "madya" if short.endswith("madya") else "pratama")


def _level(row: StaffRow, value: Any) -> None:
    text = normalise(_text(value)).replace(" ", "_")
    if not text:
        return
    if text not in LEVELS:
        raise _Bad("level_unknown", shown=_text(value)[:40])
    row.values["level"] = text


def _is_head(row: StaffRow, value: Any) -> None:
    text = normalise(_text(value))
    if text not in _YES | _NO:
        raise _Bad("head_unknown", shown=_text(value)[:40])
    row.values["is_head"] = text in _YES


def parse_date(value: Any) -> date | None:
    """Return a date from a cell: a real date, "1 Februari 2024", "01-02-2024" (day first), ISO, or Excel's number.

    :raises ValueError: if it is none of these.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    if not text or text == "-":
        return None
    if match := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", text):
        return date(int(match[3]), int(match[2]), int(match[1]))
    if match := re.fullmatch(r"(\d{1,2})[-/. ]+([A-Za-z]+)[-/. ]+(\d{4})", text):
        return date(int(match[3]), _MONTHS.get(match[2].lower(), 0), int(match[1]))
    if re.fullmatch(r"\d{5}", text) and 20_000 <= int(text) <= 60_000:
        return _EXCEL_EPOCH + timedelta(days=int(text))
    raise ValueError("not a date")


def _since(row: StaffRow, value: Any) -> None:
    try:
        day = parse_date(value)
    except ValueError:
        raise _Bad("date_unknown", shown=_text(value)[:40]) from None
    if day is None:
        return
    if not date(1960, 1, 1) <= day <= date(2100, 1, 1):
        raise _Bad("date_unknown", shown=_text(value)[:40])
    row.values["since"] = day.isoformat()


def _email(row: StaffRow, value: Any) -> None:
    text = _text(value).lower()
    if not text or text == "-":
        return
    if len(text) > 150 or not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise _Bad("email_invalid", shown=text[:60])
    row.values["email"] = text


_CLEANERS: dict[str, Callable[[StaffRow, Any], None]] = {
    "nip": _nip_text("nip", required=True),
    "old_nip": _nip_text("old_nip", required=False),
    "name": _plain("name", required=True),
    "title_before": _plain("title_before", required=False, keeps_empty=True),
    "title_after": _plain("title_after", required=False, keeps_empty=True),
    "status": _status,
    "golongan": _golongan,
    "unit_code": _code("unit_code", required=True),
    "unit_name": _plain("unit_name", required=False),
    "parent_code": _code("parent_code", required=False),
    "unit_kind": _kind,
    "position": _plain("position", required=True),
    "position_class": _class,
    "level": _level,
    "is_head": _is_head,
    "since": _since,
    "appraiser_nip": _nip_text("appraiser_nip", required=False),
    "email": _email,
}


def _finish(row: StaffRow) -> None:
    """Check what needs several cells."""
    values = row.values
    known_bad = {problem["column"] for problem in row.problems}
    if "status" not in values and "status" not in known_bad and values.get("golongan"):
        values["status"] = "pns" if "/" in values["golongan"] else "pppk"
    status = EmployeeStatus(values["status"]) if "status" in values else None
    if status is None and "status" not in known_bad:
        row.refuse("status", "missing")
    if "nip" in values:
        _check_nip(row, status)
    golongan = values.get("golongan")
    if golongan and status is not None and not is_valid_golongan(golongan, status):
        row.refuse("golongan", "golongan_unknown", shown=golongan, status=status.value)
    if values.get("appraiser_nip") and values.get("appraiser_nip") == values.get("nip"):
        row.refuse("appraiser_nip", "appraiser_is_self")
    if values.get("unit_code") and values.get("unit_code") == values.get("parent_code"):
        row.refuse("parent_code", "parent_is_self")
        del values["parent_code"]
    if values.get("position_class") == "jf" and "position" in values:
        # A functional post is one post per level: "Perawat" with "Ahli Muda" is "Perawat Ahli Muda".
        label = LEVELS.get(values.get("level", ""), "")
        if label and normalise(label) not in normalise(values["position"]):
            values["position"] = f"{values['position']} {label}"
    if "unit_kind" not in values and "unit_name" in values:
        name = normalise(values["unit_name"])
        values["guessed_kind"] = next(
            (kind for words, kind in _KIND_WORDS if f"{name} ".startswith(f"{words} ")), ""
        )


def _check_nip(row: StaffRow, status: EmployeeStatus | None) -> None:
    try:
        facts = parse_nip(row.values["nip"], status or EmployeeStatus.PPPK)
    except InvalidNip as problem:
        if status is None and problem.code is NipProblem.MONTH:
            return
        params = {**problem.params, **({"status": status.value} if status else {})}
        row.refuse("nip", f"nip_{problem.code.value}", **params)
        return
    row.values["birth_date"] = facts.birth_date.isoformat()
    for warning in facts.warnings:
        row.note("nip", f"nip_{warning.value}")
