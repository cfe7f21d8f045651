"""Pasting, importing and copying: a look first, corrections in place, one save; and the log to print."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from apps.assessments.line_texts import _SHEET_TEXTS
from apps.assessments.models import ProgressEntry
from apps.core.sheets import reading
from apps.indicators.models import Indicator
from apps.indicators.services.guard import applying

from ..conftest import TODAY, add

PASTE = "/laporan/cepat/tempel/"
IMPORT = "/laporan/cepat/impor/"
SAVE = "/laporan/cepat/baris/"
COPY = "/laporan/cepat/salin/"
LOG = "/laporan/catatan/"


def typed(answer: Any) -> dict[str, str]:
    """What a browser would send from the page with the lines."""
    data: dict[str, str] = {}
    for row in answer.context["rows"]:
        n = row["number"]
        data |= {f"{name}_{n}": row[name] for name in ("date", "text", "quantity", "target")}
        if row["is_left_out"]:
            data[f"leave_{n}"] = "on"
    return data


def workbook(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, column, value, book.add_format({"num_format": "dd/mm/yyyy"}))
            else:
                sheet.write(number, column, value)
    book.close()
    return out.getvalue()


def test_pasting_shows_correcting_saves(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)
    answer = client.post(PASTE, {"lines": "14-9-2026\tPosyandu\t24\t\t1.1\n31-9-2026\tRapat\n"})
    assert (answer.status_code, len(answer.context["good"]), len(answer.context["bad"])) == (200, 1, 1)
    assert ProgressEntry.objects.count() == 0, "only looked at"
    data = typed(answer)
    again = client.post(SAVE, data)
    assert (again.status_code, typed(again)) == (422, data), "what was typed stands there again"
    assert ProgressEntry.objects.count() == 0
    data["date_2"] = "15-9-2026"
    data["_key"] = "0a1f1b4e-6f7c-4a1f-8f5e-6a1c9f3f0001"
    for _ in range(2):
        assert client.post(SAVE, data).headers["Location"] == "/laporan/cepat/"
    assert list(ProgressEntry.objects.order_by("pk").values_list("date", "text", "quantity")) == [
        (date(2026, 9, 14), "Posyandu", Decimal(24)),
        (date(2026, 9, 15), "Rapat", None),
    ]


def test_what_is_left_out_is_not_saved(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)
    data = typed(client.post(PASTE, {"lines": "14-9-2026;Posyandu\n16-9-2026;Besok"}))
    assert client.post(SAVE, data | {"leave_2": "on"}).status_code == 302
    assert ProgressEntry.objects.get().text == "Posyandu"
    client.post(SAVE, {"date_1": "15-9-2026", "text_1": "x", "target_1": "1", "leave_1": "on"})
    assert ProgressEntry.objects.count() == 1


def test_lines_that_stand_there_are_left_out_beforehand(world: Any, skp: Any, period: Any) -> None:
    add(world, skp, "Apel", date(2026, 9, 14))
    answer = world.client(world.staff).post(PASTE, {"lines": "14-9-2026;Apel\n14-9-2026;Rapat"})
    assert ["leave_1" in typed(answer), "leave_2" in typed(answer)] == [True, False]


def test_nothing_to_read(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)
    for lines in ("", "  \n ", "Tanggal;Kegiatan;Jumlah", "14-9-2026;x\n" * 301):
        answer = client.post(PASTE, {"lines": lines})
        assert (answer.status_code, "lines" in answer.context["paste_form"].errors) == (422, True)


def test_an_excel_file_becomes_lines(world: Any, skp: Any, period: Any) -> None:
    content = workbook(
        [
            ["Tanggal", "Kegiatan", "Jumlah", "Satuan", "RHK"],
            [date(2026, 9, 14), "Posyandu", 24.5, "", "1.2"],
            ["15 September 2026", "Rapat", "", "", "1"],
        ]
    )
    client = world.client(world.staff)
    answer = client.post(IMPORT, {"file": SimpleUploadedFile("kegiatan.xlsx", content)})
    assert (answer.status_code, answer.context["bad"]) == (200, [])
    client.post(SAVE, typed(answer))
    second = skp.results.get().indicators.all()[1]
    assert list(
        ProgressEntry.objects.order_by("pk").values_list("date", "text", "quantity", "indicator")
    ) == [
        (date(2026, 9, 14), "Posyandu", Decimal("24.5"), second.pk),
        (date(2026, 9, 15), "Rapat", None, None),
    ]


def test_a_csv_file_becomes_lines(world: Any, skp: Any, period: Any) -> None:
    content = b"Tanggal;Kegiatan;Jumlah\n14/09/2026;Posyandu;\n"
    answer = world.client(world.staff).post(IMPORT, {"file": SimpleUploadedFile("k.csv", content)})
    assert [row["text"] for row in answer.context["good"]] == ["Posyandu"]


def test_each_wrong_file_gets_its_sentence(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)
    for content, name in [
        (b"", "x.xlsx"),
        (b"MZ program", "x.xlsx"),
        (b"Nama;Umur\nA;3\n", "x.csv"),
        (workbook([["Tanggal", "Kegiatan"], *[["14-9-2026", "x"]] * 301]), "x.xlsx"),
        (b"x" * 1_500_001, "x.csv"),
    ]:
        answer = client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})
        assert (answer.status_code, len(answer.context["sheet_form"].errors["file"])) == (422, 1)
    assert ProgressEntry.objects.count() == 0


def test_every_refusal_of_a_sheet_has_its_sentence() -> None:
    codes = {
        kind.code
        for kind in vars(reading).values()
        if isinstance(kind, type) and issubclass(kind, reading.SheetRefused)
    }
    assert codes - {"sheet_refused"} == set(_SHEET_TEXTS)


def test_the_template_lists_ones_own_results(world: Any, skp: Any, period: Any) -> None:
    answer = world.client(world.staff).get("/laporan/cepat/templat/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert book.get_sheet_by_name("Kegiatan").to_python()[0] == [
        "Tanggal",
        "Kegiatan",
        "Jumlah",
        "Satuan",
        "RHK",
    ]
    rows = book.get_sheet_by_name("RHK").to_python()[1:]
    assert [row[0] for row in rows] == ["1", "1.1", "1.2"]
    assert rows[1][1:] == [skp.results.get().text, "Jumlah pemeriksaan 1", "pemeriksaan"]


def test_copying_what_is_ticked(world: Any, skp: Any, period: Any) -> None:
    indicator = skp.results.get().indicators.first()
    kept = add(world, skp, "Posyandu", date(2026, 8, 4), indicator=indicator, quantity=Decimal(20))
    add(world, skp, "Apel", date(2026, 8, 5))
    client = world.client(world.staff)
    page = client.get(f"{COPY}?bulan=2026-08")
    assert [row.text for row in page.context["entries"]] == ["Posyandu", "Apel"]
    assert client.post(COPY, {"bulan": "2026-08", "day": "2026-09-15"}).status_code == 422, "nothing ticked"
    answer = client.post(COPY, {"bulan": "2026-08", "day": "2026-09-15", "pilih": [kept.pk]})
    data = typed(answer)
    assert data == {"date_1": "15-09-2026", "text_1": "Posyandu", "quantity_1": "20", "target_1": "1.1"}
    client.post(SAVE, data | {"quantity_1": "22"})
    assert ProgressEntry.objects.get(date=TODAY).quantity == Decimal(22)


def test_somebody_elses_lines_are_not_copied(world: Any, skp: Any, period: Any) -> None:
    entry = add(world, skp, "Rahasia", date(2026, 9, 14))
    world.make_skp(world.colleague)
    client = world.client(world.colleague)
    assert client.get(f"{COPY}?hari=2026-09-14").context["entries"] == []
    answer = client.post(COPY, {"hari": "2026-09-14", "day": "2026-09-15", "pilih": [entry.pk]})
    assert (answer.status_code, "Rahasia" in answer.content.decode()) == (422, False)


def test_typed_lines_survive_an_expired_session(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)
    page = client.post(PASTE, {"lines": "14-9-2026;Posyandu\n31-9-2026;Rapat"})
    owner = page.content.decode().split('name="_owner" value="')[1].split('"')[0]
    data = typed(page) | {"date_2": "15-9-2026"}
    Session.objects.all().delete()
    client.post(SAVE, data | {"_owner": owner})
    client.force_login(world.staff.user, backend="django.contrib.auth.backends.ModelBackend")
    assert typed(client.get(SAVE)) == data | {"date_2": "15-09-2026"}
    assert ProgressEntry.objects.count() == 0, "nothing is sent without another click"


def test_the_number_is_in_sight_where_it_is_counted(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)
    assert client.get("/laporan/cepat/").context["form"].shows_count is False
    with applying():
        Indicator.objects.filter(pk=skp.results.get().indicators.first().pk).update(source="progress_sum")
    form = client.get("/laporan/cepat/").context["form"]
    assert (form.shows_count, form.counted_results) == (True, str(skp.results.get().pk))
    with applying():
        other = skp.results.create(text="Administrasi", order=2)
    assert client.get("/laporan/cepat/").context["form"].shows_count is True, "nothing chosen yet"
    assert client.get(f"/laporan/cepat/?rhk={other.pk}").context["form"].shows_count is False
    result = skp.results.exclude(pk=other.pk).get()
    client.post("/laporan/cepat/", {"text": "x", "result": result.pk, "date": "2026-09-15", "quantity": "3"})
    assert ProgressEntry.objects.get().indicator.source == "progress_sum"


def test_the_log_in_the_shape_of_the_local_form(world: Any, skp: Any, period: Any) -> None:
    indicator = skp.results.get().indicators.first()
    add(world, skp, "=HYPERLINK(1)", date(2026, 9, 2))
    add(world, skp, "Posyandu", date(2026, 9, 1), indicator=indicator, quantity=Decimal("2.5"))
    add(world, skp, "Bulan lalu", date(2026, 8, 1))
    client = world.client(world.staff)
    assert [row.text for row in client.get(f"{LOG}?bulan=2026-09").context["entries"]] == [
        "Posyandu",
        "=HYPERLINK(1)",
    ]
    assert [row.text for row in client.get(f"{LOG}?hari=2026-08-01").context["entries"]] == ["Bulan lalu"]
    answer = client.get(f"{LOG}unduh/?bulan=2026-09")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][1] == world.staff.full_name
    result = skp.results.get().text
    assert rows[-2:] == [
        [date(2026, 9, 1), "Posyandu", result, 2.5, "pemeriksaan"],
        [date(2026, 9, 2), "=HYPERLINK(1)", result, "", ""],
    ]


def test_the_log_costs_the_same_for_three_and_300_lines(world: Any, skp: Any, period: Any) -> None:
    client = world.client(world.staff)

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    def write(number: int) -> None:
        ProgressEntry.objects.bulk_create(
            ProgressEntry(
                employee=world.staff, result=skp.results.get(), date=date(2026, 9, 1 + i % 14), text=f"x{i}"
            )
            for i in range(number)
        )

    write(3)
    addresses = (f"{LOG}?bulan=2026-09", f"{COPY}?bulan=2026-09", "/laporan/cepat/")
    for address in addresses:
        cost(address)
    few = [cost(address) for address in addresses]
    write(297)
    assert [cost(address) for address in addresses] == few


def test_saving_costs_the_same_for_three_and_100_lines(world: Any, skp: Any, draft: Any) -> None:
    client = world.client(world.staff)

    def cost(first: int, number: int) -> int:
        data = {}
        for n in range(1, number + 1):
            data |= {f"date_{n}": "15-9-2026", f"text_{n}": f"Kegiatan {first + n}", f"target_{n}": "1"}
        with CaptureQueriesContext(connection) as captured:
            assert client.post(SAVE, data).status_code == 302
        return len(captured)

    cost(0, 3)
    assert cost(1000, 3) == cost(2000, 100)


def test_officers_have_no_lines(world: Any) -> None:
    client = world.client(world.personnel_officer)
    for address in (PASTE, SAVE, COPY, LOG, "/laporan/cepat/templat/", f"{LOG}unduh/"):
        assert client.get(address).status_code == 403
