"""Read an uploaded table (XLSX or CSV) without trusting it, and without guessing where a guess could hurt.

Everything costly or dangerous is refused before the file is parsed: type by content, size, unpacked size,
entities, macros, formulas, merged cells, number of rows and columns. Each refusal is an exception with a
`code` and `params`; the sentence for the user is made where the user's language is known. Framework-free.

Values come as text, except dates: a NIP is text in every file, whatever the spreadsheet made of it. A number
of more than 15 digits has lost digits in any spreadsheet, so it is a problem of its cell and never a value.
"""

import codecs
import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath
from typing import Any, ClassVar
from xml.etree import ElementTree
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from apps.core.sheets.escaping import restore

HEADER_WINDOW = 10  # rows searched for the head
_FIRST = 5  # how many cells or ranges a refusal names
_CHUNK = 1 << 18
_EXACT = 10**15  # from here on a spreadsheet's number has lost digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper bounds: bytes, data rows, columns, unpacked bytes of an XLSX, unpacked bytes per packed byte,
    parts in it.
    """

    max_bytes: int = 20_000_000
    max_rows: int = 50_000
    max_columns: int = 100
    max_unpacked_bytes: int = 300_000_000
    max_ratio: int = 200
    max_parts: int = 1_000


class SheetRefused(Exception):
    """Base of the refusals: `code` names the problem, `params` holds what a sentence about it needs."""

    code: ClassVar[str] = "sheet_refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params


class FileTooLarge(SheetRefused):
    """params: size, limit (bytes)."""

    code = "file_too_large"


class EmptyFile(SheetRefused):
    """No byte, or no cell with content."""

    code = "empty_file"


class WrongType(SheetRefused):
    """The content is no XLSX or CSV, or not what the name says. params: extension, found (a type name or
    None).
    """

    code = "wrong_type"


class OldExcel(SheetRefused):
    """An .xls or .xlsb workbook: to be saved as .xlsx."""

    code = "old_excel"


class EncryptedFile(SheetRefused):
    """Protected by a password."""

    code = "encrypted_file"


class MacroEnabled(SheetRefused):
    """The workbook has macros."""

    code = "macro_enabled"


class CorruptFile(SheetRefused):
    """Damaged, or built in a way no spreadsheet program builds it. params: part (str or None)."""

    code = "corrupt_file"


class UnpacksTooLarge(SheetRefused):
    """A zip bomb, or just too much. params: limit (bytes)."""

    code = "unpacks_too_large"


class UnsafeXml(SheetRefused):
    """The workbook declares XML entities or a document type. params: part."""

    code = "unsafe_xml"


class HasFormulas(SheetRefused):
    """params: cells (the first, e.g. ["C7"]), sheet."""

    code = "has_formulas"


class HasMergedCells(SheetRefused):
    """Merged cells in the head or the data. params: ranges (the first, e.g. ["A2:C2"]), sheet."""

    code = "has_merged_cells"


class TooManyRows(SheetRefused):
    """params: limit."""

    code = "too_many_rows"


class TooManyColumns(SheetRefused):
    """params: limit."""

    code = "too_many_columns"


class NoHeader(SheetRefused):
    """No row with at least two texts among the first rows. params: searched (number of rows)."""

    code = "no_header"


class DuplicateColumns(SheetRefused):
    """Two columns mean the same. params: name, titles (as written)."""

    code = "duplicate_columns"


class MissingColumns(SheetRefused):
    """params: names (canonical), found (titles as written)."""

    code = "missing_columns"


class UnknownSheet(SheetRefused):
    """params: sheet, found (names)."""

    code = "unknown_sheet"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`name` is the caller's name for the title, or the normalised title if no alias fits; `letter` as in
    Excel.
    """

    index: int
    letter: str
    title: str
    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that cannot be taken over: its value is None.

    Codes: `precision_lost` (a long number lost digits; params: shown), `cell_error` (params: shown, e.g.
    "#N/A").
    """

    code: str
    column: str
    cell: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class TableWarning:
    """Something the user may want to know.

    Codes: `encoding_guessed` (encoding), `rows_above_header_skipped` (count), `numbering_row_skipped` (row),
    `other_sheets_ignored` (sheets), `untitled_columns_ignored` (columns), `unknown_columns` (titles).
    A hidden sheet is never read.
    """

    code: str
    params: Mapping[str, object]


CellValue = str | date | datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `number` as the spreadsheet counts it, `values` by column name (empty cells are None)."""

    number: int
    values: Mapping[str, CellValue]
    problems: tuple[CellProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose rows are read while they are asked for, once. Empty rows are left out.

    :raises TooManyRows: also while iterating, for a CSV.
    """

    columns: tuple[TableColumn, ...]
    rows: Iterator[Row]
    warnings: tuple[TableWarning, ...]
    sheet: str | None
    header_row: int


@dataclass(slots=True)
class _Grid:
    """Raw rows with their numbers, before the head is known."""

    rows: Iterator[tuple[int, list[Any]]]
    sheet: str | None = None
    merged: tuple[str, ...] = ()
    warnings: list[TableWarning] = field(default_factory=list)


def normalise(title: str) -> str:
    """Return a title for comparison: lower case, letters and digits only, single blanks ("No. HP / WA" ->
    "no hp wa").
    """
    return " ".join(re.findall(r"[^\W_]+", title.casefold()))


def read_table(
    source: Path | bytes,
    filename: str,
    limits: Limits = Limits(),
    *,
    aliases: Mapping[str, Iterable[str]] | None = None,
    required: Iterable[str] = (),
    sheet: str | None = None,
) -> Table:
    """Open an uploaded table, find its head and return its rows.

    The head is the first row with two texts or more among the first ten that are not empty; with `aliases`,
    the first such row that holds two known titles is preferred. Merged cells above the head (a decorated
    title) do no harm and pass.

    :param aliases: for each name the caller uses, the titles that mean it, in any spelling of case and
    punctuation.
    :param required: names without which the table makes no sense.
    :param sheet: title of the worksheet; None takes the first visible one that is not empty.
    :raises SheetRefused: one subclass per reason.
    """
    data = _load(source, limits)
    extension = PurePath(filename).suffix.lower()
    found = _kind(data)
    if found == "ole":
        if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0" in data:
            raise EncryptedFile
        raise OldExcel
    if extension in {".xlsx", ".xlsm"} and found == "zip":
        grid = _xlsx_grid(data, limits, sheet)
    elif extension in {".csv", ".tsv", ".txt"} and found is None:
        grid = _csv_grid(data, limits)
    else:
        raise WrongType(extension=extension, found=found)
    return _table(grid, limits, aliases or {}, tuple(required))


def _load(source: Path | bytes, limits: Limits) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size == 0:
        raise EmptyFile
    if size > limits.max_bytes:
        raise FileTooLarge(size=size, limit=limits.max_bytes)
    return source if isinstance(source, bytes) else source.read_bytes()


def _kind(data: bytes) -> str | None:
    """Return a type found by its first bytes, or None for what may be text."""
    for magic, kind in (
        (b"PK\x03\x04", "zip"),
        (b"PK\x05\x06", "zip"),
        (b"\xd0\xcf\x11\xe0", "ole"),
        (b"%PDF", "pdf"),
        (b"\x89PNG", "png"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"\x1f\x8b", "gzip"),
        (b"MZ", "program") if b"\0" in data[:512] else (b"\x7fELF", "program"),
        (b"{\\rtf", "rtf"),
    ):
        if data.startswith(magic):
            return kind
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg", b"<table")):
        return "markup"
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary"
    return None


# --- XLSX ---------------------------------------------------------------------------------------------------

_ROW = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?row[\s/>]")
_VALUED = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:v|is|f)[\s/>]")
_FORMULA = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?f[\s/>]")
_MERGE = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Za-z0-9:$]+)")
_REF = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]*)([0-9]*)[\"']")
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NS = {
    "s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "p": "http://schemas.openxmlformats.org/package/2006/relationships",
}


class _Package:
    """The parts of an XLSX, unpacked under a common budget: what the directory claims is not believed."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._limits = limits
        try:
            infos = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, ValueError, struct.error, UnicodeError, NotImplementedError) as error:
            raise CorruptFile(part=None) from error
        self.parts = {info.filename: info for info in infos}
        if len(self.parts) != len(infos):
            raise CorruptFile(part=None)
        claimed = sum(info.file_size for info in infos)
        if (
            len(infos) > limits.max_parts
            or claimed > limits.max_unpacked_bytes
            or claimed > limits.max_ratio * len(data)
        ):
            raise UnpacksTooLarge(limit=limits.max_unpacked_bytes)
        if any(info.flag_bits & 1 for info in infos):
            raise EncryptedFile

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the unpacked part in pieces; stop as soon as it is larger than its directory entry says."""
        info = self.parts[name]
        header = self._data[info.header_offset : info.header_offset + 30]
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise CorruptFile(part=name)
        start = info.header_offset + 30 + sum(struct.unpack_from("<HH", header, 26))
        packed = self._data[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            if info.file_size != info.compress_size:
                raise CorruptFile(part=name)
            yield packed
            return
        if info.compress_type != zipfile.ZIP_DEFLATED:
            raise CorruptFile(part=name)
        inflate, left = zlib.decompressobj(-15), info.file_size
        try:
            while True:
                piece = inflate.decompress(packed, _CHUNK)
                packed = inflate.unconsumed_tail
                left -= len(piece)
                if left < 0:
                    raise UnpacksTooLarge(limit=self._limits.max_unpacked_bytes)
                if piece:
                    yield piece
                if inflate.eof or (not piece and not packed):
                    return
        except zlib.error as error:
            raise CorruptFile(part=name) from error

    def xml(self, name: str) -> ElementTree.Element:
        """Return a small part parsed. Its entities were refused before."""
        if name not in self.parts:
            raise CorruptFile(part=name)
        try:
            return ElementTree.fromstring(b"".join(self.chunks(name)))  # noqa: S314 -- no DTD gets here
        except ElementTree.ParseError as error:
            raise CorruptFile(part=name) from error


def _xlsx_grid(data: bytes, limits: Limits, wanted: str | None) -> _Grid:
    package = _Package(data, limits)
    names = {name.lower() for name in package.parts}
    if any(name.endswith(("vbaproject.bin", "xlmmacrosheets")) or "/macrosheets/" in name for name in names):
        raise MacroEnabled
    if "xl/workbook.bin" in names:
        raise OldExcel
    if "xl/workbook.xml" not in package.parts or "[Content_Types].xml" not in package.parts:
        raise WrongType(extension=".xlsx", found="zip")
    for name in package.parts:
        if name.lower().endswith((".xml", ".rels", ".vml")) and not name.startswith("xl/worksheets/sheet"):
            _scan(package.chunks(name), name)
    if b"macroEnabled" in b"".join(package.chunks("[Content_Types].xml")):
        raise MacroEnabled
    sheets = _sheet_parts(package)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == SheetVisibleEnum.Visible and meta.name in sheets
        ]
        if wanted is not None and wanted not in visible:
            raise UnknownSheet(sheet=wanted, found=visible)
        for name in [wanted] if wanted is not None else visible:
            facts = _inspect(package, sheets[name], name, limits)
            if facts.valued:
                page = book.get_sheet_by_name(name)
                grid = _Grid(_xlsx_rows(page), name, tuple(facts.merged))
                others = [other for other in visible if other != name]
                if others and wanted is None:
                    grid.warnings.append(TableWarning("other_sheets_ignored", {"sheets": others}))
                return grid
    except (CalamineError, OSError, ValueError) as error:
        raise CorruptFile(part=None) from error
    raise EmptyFile


def _scan(chunks: Iterable[bytes], name: str) -> None:
    """Refuse a part with entities, or in an encoding where our search would not see them."""
    tail = b""
    for piece in chunks:
        if not tail and (piece[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in piece[:4]):
            raise UnsafeXml(part=name)
        if _DTD.search(tail + piece):
            raise UnsafeXml(part=name)
        tail = piece[-16:]


def _sheet_parts(package: _Package) -> dict[str, str]:
    """Return the part of each worksheet by its title."""
    targets = {
        rel.get("Id"): rel.get("Target", "")
        for rel in package.xml("xl/_rels/workbook.xml.rels").iterfind("p:Relationship", _NS)
    }
    parts = {}
    for node in package.xml("xl/workbook.xml").iterfind("s:sheets/s:sheet", _NS):
        target = targets.get(node.get(f"{{{_NS['r']}}}id"), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in package.parts and "worksheets/" in part:
            parts[node.get("name", "")] = part
    return parts


@dataclass(slots=True)
class _SheetFacts:
    valued: int = 0
    formula: bool = False
    merged: list[str] = field(default_factory=list)


def _inspect(package: _Package, part: str, name: str, limits: Limits) -> _SheetFacts:
    """Look through a worksheet before it is parsed: rows, extent, formulas, merged cells.

    The extent matters because the parser lays out the whole rectangle between the first and the last cell:
    one value in XFD1048576 would cost gigabytes.

    :raises SheetRefused: for entities, formulas, too many rows or columns.
    """
    facts = _SheetFacts()
    last_row = limits.max_rows + HEADER_WINDOW
    tail, first = b"", True
    for piece in package.chunks(part):
        if first:
            _scan([piece], part)
            first = False
        text = tail + piece
        cut = text.rfind(b"<")
        # Keep the beginning of the last row back: its cells may go on in the next piece.
        starts = [m.start() for m in _ROW.finditer(text)]
        keep = starts[-1] if starts else cut
        if len(text) - keep > 4 * _CHUNK:
            keep = max(cut, 0)
        _inspect_text(text[:keep], facts, limits, last_row, part)
        tail = text[keep:]
    if not tail.rstrip().endswith(b"worksheet>"):
        raise CorruptFile(part=part)  # cut off: half a table would pass for a whole one
    _inspect_text(tail, facts, limits, last_row, part)
    if facts.formula:
        cells = _formula_cells(package.chunks(part), part)
        if cells:
            raise HasFormulas(cells=cells, sheet=name)
    return facts


def _inspect_text(text: bytes, facts: _SheetFacts, limits: Limits, last_row: int, part: str) -> None:
    if _DTD.search(text):
        raise UnsafeXml(part=part)
    for row in _ROW.split(text):
        if not _VALUED.search(row):
            continue
        facts.valued += 1
        if facts.valued > last_row:
            raise TooManyRows(limit=limits.max_rows)
        for letters, digits in _REF.findall(row):
            if digits and len(digits) > 4 and int(digits[:9]) > last_row:
                raise TooManyRows(limit=limits.max_rows)
            if len(letters) > 1 and (len(letters) > 3 or _column_number(letters) > limits.max_columns):
                raise TooManyColumns(limit=limits.max_columns)
    if _FORMULA.search(text):
        facts.formula = True
    facts.merged += [m.decode().replace("$", "") for m in _MERGE.findall(text)]


def _column_number(letters: bytes) -> int:
    number = 0
    for byte in letters.upper():
        number = number * 26 + byte - 64
    return number


def _letter(index: int) -> str:
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Enough(Exception):
    pass


def _formula_cells(chunks: Iterable[bytes], part: str) -> list[str]:
    """Return the first cells with a formula, by a real parser: the search before may have met a comment."""
    cells: list[str] = []
    current = "?"

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal current
        local = tag.rpartition(":")[2]
        if local == "c":
            current = attributes.get("r", "?")
        elif local == "f":
            cells.append(current)
            if len(cells) == _FIRST:
                raise _Enough

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        for piece in chunks:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _Enough:
        pass
    except expat.ExpatError as error:
        if not cells:
            raise CorruptFile(part=part) from error
    return cells


def _xlsx_rows(page: Any) -> Iterator[tuple[int, list[Any]]]:
    # iter_rows fills up from A1, so positions are those of the sheet.
    yield from enumerate(page.iter_rows(), start=1)


# --- CSV ----------------------------------------------------------------------------------------------------

_EXCEL_TEXT = re.compile(r'="([^"]*)"')  # ="1990…": how people keep long numbers whole in a CSV
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?(\d{2,3})")


def _csv_grid(data: bytes, limits: Limits) -> _Grid:
    warnings = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
        if not _decodes(data, encoding):
            raise CorruptFile(part=None)
    elif _decodes(data, "utf-8"):
        encoding = "utf-8-sig"
    else:
        encoding = "cp1252"
        warnings.append(TableWarning("encoding_guessed", {"encoding": encoding}))
    return _Grid(_csv_rows(data, encoding, limits), warnings=warnings)


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    view = memoryview(data)
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(view[start : start + _CHUNK], start + _CHUNK >= len(data))
    except UnicodeDecodeError:
        return False
    return True


def _csv_rows(data: bytes, encoding: str, limits: Limits) -> Iterator[tuple[int, list[Any]]]:
    # Decoded piece by piece: the whole text would take several times the room of the file.
    lines = io.TextIOWrapper(io.BytesIO(data), encoding, errors="replace", newline="")
    start = lines.read(20_000)
    delimiter = _delimiter(start)
    lines.seek(0)
    if start[:4].lower() == "sep=":  # Excel's own hint in the first line
        lines.readline()
    try:
        for number, row in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            if number > limits.max_rows + HEADER_WINDOW:
                raise TooManyRows(limit=limits.max_rows)
            yield number, row
    except csv.Error as error:
        raise CorruptFile(part=None) from error


def _delimiter(text: str) -> str:
    """Return the separator that gives the most even table over the first lines."""
    if text[:4].lower() == "sep=" and len(text) > 4:
        return text[4]
    sample = text[:20_000]
    best, best_score = ",", 0.0
    for delimiter in ";,\t":
        try:
            rows = [
                row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if any(row)
            ][:20]
        except csv.Error:
            continue
        widths = [len(row) for row in rows]
        usual = max(widths, key=widths.count, default=0)
        score = widths.count(usual) / max(len(widths), 1) + min(usual, 50) if usual > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


# --- head and values ----------------------------------------------------------------------------------------


def _table(
    grid: _Grid, limits: Limits, aliases: Mapping[str, Iterable[str]], required: tuple[str, ...]
) -> Table:
    known = {normalise(title): name for name, titles in aliases.items() for title in (name, *titles)}
    window: list[tuple[int, list[Any]]] = []
    for number, row in grid.rows:
        if any(_plain(value) for value in row):
            window.append((number, row))
        if len(window) == HEADER_WINDOW or number > 10 * HEADER_WINDOW:
            break
    if not window:
        raise EmptyFile
    candidates = [i for i, (_, row) in enumerate(window) if sum(map(_is_title, row)) >= 2]
    if not candidates:
        raise NoHeader(searched=HEADER_WINDOW)
    better = (i for i in candidates if sum(normalise(_plain(v)) in known for v in window[i][1]) >= 2)
    chosen = next(better, candidates[0])
    header_number, header = window[chosen]
    merged = [area for area in grid.merged if _last_row(area) >= header_number]
    if merged:
        raise HasMergedCells(ranges=merged[:_FIRST], sheet=grid.sheet)
    warnings = list(grid.warnings)
    if chosen:
        warnings.append(TableWarning("rows_above_header_skipped", {"count": chosen}))
    columns = _columns(header, known, limits, warnings)
    names = {c.name for c in columns}
    missing = [name for name in required if name not in names]
    if missing:
        raise MissingColumns(names=missing, found=[c.title for c in columns])
    rest = window[chosen + 1 :]
    if rest and _is_numbering(rest[0][1]):
        warnings.append(TableWarning("numbering_row_skipped", {"row": rest[0][0]}))
        rest = rest[1:]
    rows = _rows(rest, grid.rows, columns, limits)
    return Table(columns, rows, tuple(warnings), grid.sheet, header_number)


def _last_row(area: str) -> int:
    digits = re.search(r"(\d+)$", area)
    return int(digits[1][:9]) if digits else 1


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _is_title(value: Any) -> bool:
    return isinstance(value, str) and any(c.isalpha() for c in value)


def _is_numbering(row: Sequence[Any]) -> bool:
    """Tell the line (1) (2) (3) … that printed forms carry under the head."""
    cells = [re.sub(r"^\(?(\d+)(?:\.0)?\)?$", r"\1", _plain(v)) for v in row]
    filled = [cell for cell in cells if cell]
    return len(filled) >= 3 and filled == [str(i + 1) for i in range(len(filled))]


def _columns(
    header: Sequence[Any], known: Mapping[str, str], limits: Limits, warnings: list[TableWarning]
) -> tuple[TableColumn, ...]:
    titles = [restore(_plain(value)) for value in header]
    while titles and not titles[-1]:
        titles.pop()
    if len(titles) > limits.max_columns:
        raise TooManyColumns(limit=limits.max_columns)
    columns: dict[str, TableColumn] = {}
    untitled = []
    for index, title in enumerate(titles):
        plain = normalise(title)
        if not plain:
            untitled.append(_letter(index))
            continue
        name = known.get(plain, plain)
        if name in columns:
            raise DuplicateColumns(name=name, titles=[columns[name].title, title])
        columns[name] = TableColumn(index, _letter(index), title, name, plain in known)
    if untitled:
        warnings.append(TableWarning("untitled_columns_ignored", {"columns": untitled}))
    unknown = [c.title for c in columns.values() if known and not c.known]
    if unknown:
        warnings.append(TableWarning("unknown_columns", {"titles": unknown}))
    return tuple(columns.values())


def _rows(
    first: list[tuple[int, list[Any]]],
    rest: Iterator[tuple[int, list[Any]]],
    columns: tuple[TableColumn, ...],
    limits: Limits,
) -> Iterator[Row]:
    count = 0
    for source in (first, rest):
        for number, raw in source:
            values: dict[str, CellValue] = {}
            problems = []
            for column in columns:
                value = raw[column.index] if column.index < len(raw) else None
                try:
                    values[column.name] = _clean(value)
                except _Unusable as bad:
                    values[column.name] = None
                    problems.append(
                        CellProblem(bad.code, column.name, f"{column.letter}{number}", {"shown": bad.shown})
                    )
            if not problems and all(value is None for value in values.values()):
                continue
            count += 1
            if count > limits.max_rows:
                raise TooManyRows(limit=limits.max_rows)
            yield Row(number, values, tuple(problems))


class _Unusable(Exception):
    def __init__(self, code: str, shown: str) -> None:
        self.code = code
        self.shown = shown


_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}


def _clean(value: Any) -> CellValue:
    """Return a cell as text, date or None.

    :raises _Unusable: if the spreadsheet no longer knows what was typed.
    """
    if isinstance(value, str):
        text = value.strip(" \u00a0\t\r\n\ufeff")
        if not text:
            return None
        first = text[0]
        if first == "=" and (inner := _EXCEL_TEXT.fullmatch(text)):
            return inner[1].strip() or None
        if first == "#" and text in _ERRORS:
            raise _Unusable("cell_error", text)
        if first.isdigit() and (power := _SCIENTIFIC.fullmatch(text)) and int(power[1]) >= 15:
            raise _Unusable("precision_lost", text)
        return restore(text) if first == "'" else text
    if value is None:
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            raise _Unusable("precision_lost", f"{value:.0f}" if abs(value) < 1e21 else str(value))
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, date):
        return value
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)
