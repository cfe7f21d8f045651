"""Last year's plan, templates and workbooks: nothing is taken over unasked, and nothing that stands there is lost."""

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.employees.models import Position
from apps.indicators import selectors
from apps.indicators.models import Indicator, Skp, SkpTemplate, UnitIndicator, WorkResult
from apps.indicators.rules.forms import Approach, Layout
from apps.indicators.rules.plan_content import without_keys
from apps.indicators.rules.spreadsheet import RESULT_COLUMNS, columns_for
from apps.indicators.services import content_taking, spreadsheets
from apps.indicators.services import skp as services
from tests.indicators.support import AT, begin, fill

pytestmark = pytest.mark.django_db


def address(name: str, skp: Skp, **more: Any) -> str:
    return reverse(f"indicators:{name}", kwargs={"pk": skp.pk, **more})


def content(skp: Skp) -> dict[str, Any]:
    return selectors.content_of(selectors.whole(Skp.objects).get(pk=skp.pk))


def filled(employee: Any, year: int = 2026) -> Skp:
    """Return a draft in which every part says something."""
    skp = begin(employee, year=year)
    by = employee
    fill(skp)
    second = fill(skp, text="Tersedianya laporan layanan\nyang dipakai pimpinan")
    services.add_indicator(
        result=second, text="=Waktu tunggu", aspect="waktu" if skp.layout == "ja_jf" else "", target=15,
        measure="menit",
        direction="lower_is_better", source="reported", by=by,
    )  # fmt: skip
    services.add_result(
        skp=skp,
        text="Tugas tim",
        kind="tambahan",
        by=by,
        perspective="anggaran" if skp.layout == "jpt" else "",
    )
    services.set_behavior(skp=skp, value="loyal", expectation="Menjaga rahasia", by=by)
    services.add_annex_item(skp=skp, kind="konsekuensi", text="Pelatihan", by=by)
    return skp


# --- last year


def test_the_person_ticks_what_comes_over_from_last_year(world: Any) -> None:
    old = filled(world.staff, year=2025)
    new = begin(world.staff)
    client = world.client(world.staff)
    assert address("copy-last", new) in client.get(address("skp-detail", new)).content.decode()
    first = content(old)["results"][0]
    response = client.post(address("copy-last", new), {"results": [first["key"]], "annex": "on"})
    assert response.headers["Location"] == address("skp-detail", new)
    now = content(new)
    assert [row["text"] for row in now["results"]] == [first["text"]]
    assert now["behaviors"] == {}
    assert [row["text"] for row in now["annex"]] == ["Pelatihan"]
    assert content(old)["results"][0] == first


def test_nothing_ticked_takes_nothing(world: Any) -> None:
    filled(world.staff, year=2025)
    new = begin(world.staff)
    assert world.client(world.staff).post(address("copy-last", new), {}).status_code == 422
    assert not new.results.exists()


def test_what_stands_there_stays_and_is_not_added_twice(world: Any) -> None:
    old = filled(world.staff, year=2025)
    new = begin(world.staff)
    services.set_behavior(skp=new, value="loyal", expectation="Sudah ada", by=world.staff)
    fill(new)
    before = content(new)["results"][0]
    for _ in range(2):
        content_taking.take_content(skp=new, content=content(old), by=world.staff, source="last_year")
    now = content(new)
    assert now["results"][0] == before
    assert [row["text"] for row in now["results"]] == [row["text"] for row in content(old)["results"]]
    assert now["behaviors"] == {"loyal": "Sudah ada"}
    assert len(now["annex"]) == 1


def test_the_superiors_result_is_found_by_its_words(world: Any) -> None:
    above = fill(begin(world.head), text="Hasil pimpinan")
    new = begin(world.staff)
    taken = content_taking.take_content(
        skp=new,
        content={
            "results": [
                {"kind": "utama", "text": "a", "supports_text": " hasil  PIMPINAN", "indicators": []},
                {"kind": "utama", "text": "b", "supports_text": "Sudah tidak ada", "indicators": []},
            ]
        },
        by=world.staff,
        source="last_year",
    )
    assert list(new.results.order_by("order").values_list("supports", flat=True)) == [above.pk, None]
    assert taken.open_supports == 1


def test_a_sent_plan_takes_nothing(world: Any) -> None:
    filled(world.staff, year=2025)
    new = begin(world.staff)
    fill(new)
    services.submit_skp(skp_id=new.pk, by=world.staff, at=AT)
    key = content(Skp.objects.get(year=2025))["results"][1]["key"]
    response = world.client(world.staff).post(address("copy-last", new), {"results": [key]})
    assert response.status_code == 409
    assert new.results.count() == 1


def test_without_an_earlier_plan_there_is_no_such_page(world: Any) -> None:
    assert world.client(world.staff).get(address("copy-last", begin(world.staff))).status_code == 404


# --- templates


def make_template(world: Any, client: Any, **data: Any) -> Any:
    Position.objects.filter(pk=world.staff.placements.get().position_id).update(job_family="Perawat")
    skp = world.make_skp(world.staff)
    key = content(skp)["results"][0]["key"]
    return client.post(
        address("template-make", skp), {"title": "Perawat", "job_family": "Perawat", "results": [key]} | data
    )


def test_the_personnel_officer_makes_a_template_without_names(world: Any) -> None:
    client = world.client(world.personnel_officer)
    response = make_template(world, client)
    template = SkpTemplate.objects.get()
    assert response.headers["Location"] == reverse("indicators:template-detail", kwargs={"tid": template.pk})
    assert (template.job_family, template.layout, template.made_by) == (
        "Perawat",
        "ja_jf",
        world.personnel_officer,
    )
    assert len(template.content["results"]) == 1
    assert template.content["results"][0]["indicators"][0]["text"] == "Jumlah pemeriksaan 1"
    assert AuditEntry.objects.filter(action="indicators.template.made").count() == 1
    assert client.get(response.headers["Location"]).status_code == 200


def test_names_do_not_get_into_a_template(world: Any) -> None:
    world.staff.name = "Siti Aminah"
    world.staff.save()
    Position.objects.update(job_family="Perawat")
    skp = begin(world.staff)
    fill(skp, text="Siti Aminah melayani bersama Bidan Contoh")
    services.submit_skp(skp_id=skp.pk, by=world.staff, at=AT)
    world.make_skp(world.head)
    services.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    client = world.client(world.personnel_officer)
    key = content(skp)["results"][0]["key"]
    client.post(address("template-make", skp), {"title": "t", "job_family": "Perawat", "results": [key]})
    assert SkpTemplate.objects.get().content["results"][0]["text"] == "… melayani bersama …"


@pytest.mark.parametrize("missing", ["title", "job_family", "results"])
def test_a_template_needs_title_family_and_results(world: Any, missing: str) -> None:
    response = make_template(world, world.client(world.personnel_officer), **{missing: ""})
    assert response.status_code == 422
    assert not SkpTemplate.objects.exists()


def test_the_same_title_twice_is_refused_beside_its_field(world: Any) -> None:
    client = world.client(world.personnel_officer)
    make_template(world, client)
    skp = Skp.objects.get()
    key = content(skp)["results"][0]["key"]
    response = client.post(
        address("template-make", skp), {"title": "Perawat", "job_family": "x", "results": [key]}
    )
    assert response.status_code == 422
    assert SkpTemplate.objects.count() == 1


def test_renaming_and_retiring(world: Any) -> None:
    client = world.client(world.personnel_officer)
    make_template(world, client)
    template = SkpTemplate.objects.get()
    detail = reverse("indicators:template-detail", kwargs={"tid": template.pk})
    client.post(detail, {"title": "Perawat puskesmas", "job_family": "Perawat", "level": "ahli_muda"})
    client.post(reverse("indicators:template-retire", kwargs={"tid": template.pk}), {"is_active": "0"})
    template.refresh_from_db()
    assert (template.title, template.level, template.is_active) == ("Perawat puskesmas", "ahli_muda", False)
    shown = client.get(reverse("indicators:template-list")).content.decode()
    assert "Perawat puskesmas" not in shown
    assert (
        "Perawat puskesmas"
        in client.get(reverse("indicators:template-list") + "?status=lama").content.decode()
    )


def test_another_government_sees_no_template(world: Any) -> None:
    make_template(world, world.client(world.personnel_officer))
    template = SkpTemplate.objects.get()
    foreign = world.client(world.other.personnel_officer)
    assert foreign.get(reverse("indicators:template-detail", kwargs={"tid": template.pk})).status_code == 404
    assert "Perawat</a>" not in foreign.get(reverse("indicators:template-list")).content.decode()


def test_an_officer_of_one_unit_does_not_retire_what_another_one_made(world: Any) -> None:
    make_template(world, world.client(world.personnel_officer))
    template = SkpTemplate.objects.get()
    local = world.client(world.make_role_user("personnel_officer", world.other_agency))
    address_ = reverse("indicators:template-retire", kwargs={"tid": template.pk})
    assert local.post(address_, {"is_active": "0"}).status_code == 403
    template.refresh_from_db()
    assert template.is_active


def test_a_new_plan_is_offered_what_fits(world: Any) -> None:
    make_template(world, world.client(world.personnel_officer))
    template = SkpTemplate.objects.get()
    Position.objects.filter(pk=world.colleague.placements.get().position_id).update(job_family="Perawat")
    client = world.client(world.colleague)
    page = client.get(reverse("indicators:skp-create")).content.decode()
    assert f'value="templat-{template.pk}"' in page
    year = client.get(reverse("indicators:skp-create")).context["form"].fields["year"].initial
    response = client.post(
        reverse("indicators:skp-create"), {"year": year, "start": f"templat-{template.pk}"}
    )
    skp = Skp.objects.get(employee=world.colleague)
    assert response.headers["Location"] == address("copy-template", skp, tid=template.pk)
    client.post(response.headers["Location"], {"results": [template.content["results"][0]["key"]]})
    assert without_keys(content(skp))["results"] == without_keys(template.content)["results"]


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"job_family": "Dokter"}, {"layout": "jpt"}, {"level": "ahli_utama"}]
)
def test_what_does_not_fit_is_not_offered(world: Any, change: dict[str, Any]) -> None:
    make_template(world, world.client(world.personnel_officer))
    SkpTemplate.objects.update(**change)
    template = SkpTemplate.objects.get()
    Position.objects.filter(pk=world.colleague.placements.get().position_id).update(job_family="Perawat")
    skp = begin(world.colleague)
    assert (
        world.client(world.colleague).get(address("copy-template", skp, tid=template.pk)).status_code == 404
    )


# --- workbooks


def upload(data: bytes, name: str = "skp.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


@pytest.mark.parametrize("layout", ["ja_jf", "jpt"])
@pytest.mark.parametrize("approach", ["kuantitatif", "kualitatif"])
def test_a_plan_written_out_and_read_back_is_equal(world: Any, layout: str, approach: str) -> None:
    skp = filled(world.staff if layout == "ja_jf" else world.agency_head)
    iku = UnitIndicator.objects.create(
        unit=world.agency, year=2026, goal="g", name="Indeks kepuasan", target=82, measure="nilai"
    )
    WorkResult.objects.filter(skp=skp, kind="tambahan").update(supports_indicator=iku)
    Indicator.objects.filter(result__skp=skp).update(**({"aspect": ""} if layout == "jpt" else {"order": 0}))
    old = content(skp)
    assert old["results"][-1]["supports_text"] == "Indeks kepuasan"
    if approach == "kualitatif":
        for row in old["results"]:
            for indicator in row["indicators"]:
                indicator.update(
                    aspect="", target="", measure="", direction="higher_is_better", source="reported"
                )
    Skp.objects.filter(pk=skp.pk).update(approach=approach)
    skp.refresh_from_db()
    reading = spreadsheets.read_workbook(skp, spreadsheets.export(skp, old, ["x"]), "skp.xlsx")
    assert reading.problems == []
    assert without_keys(reading.content) == without_keys(old)
    WorkResult.objects.filter(skp=skp).delete()
    skp.behaviors.all().delete()
    skp.annex.all().delete()
    content_taking.take_content(skp=skp, content=reading.content, by=skp.employee, source="spreadsheet")
    assert without_keys(content(skp)) == without_keys(old)


def test_upload_shows_first_and_takes_over_then(world: Any) -> None:
    source = filled(world.colleague)
    skp = begin(world.staff)
    client = world.client(world.staff)
    exported = world.client(world.colleague).get(address("spreadsheet-export", source))
    assert exported.headers["Content-Disposition"].endswith('.xlsx"')
    response = client.post(address("spreadsheet", skp), {"file": upload(exported.content)})
    assert response.status_code == 200
    assert not skp.results.exists()
    assert "Tugas tim" in response.content.decode()
    sealed = response.context["sealed"]
    key = {"_key": "0c5a1a0e-3d6d-4a35-8ac6-4f5a2a3c0002"}
    for _ in range(2):
        taken = client.post(address("spreadsheet", skp), {"content": sealed} | key)
        assert taken.headers["Location"] == address("skp-detail", skp)
    assert without_keys(content(skp)) == without_keys(content(source))


def test_a_preview_of_another_plan_or_made_by_hand_is_refused(world: Any) -> None:
    skp, other = begin(world.staff), begin(world.colleague)
    data = spreadsheets.export(skp, content(filled(world.head)), [])
    sealed = (
        world.client(world.colleague)
        .post(address("spreadsheet", other), {"file": upload(data)})
        .context["sealed"]
    )
    for forged in (sealed, "x" + sealed, "x"):
        response = world.client(world.staff).post(address("spreadsheet", skp), {"content": forged})
        assert response.status_code == 422
    assert not skp.results.exists()


def test_the_template_reads_back_as_its_example(world: Any) -> None:
    skp = begin(world.staff)
    response = world.client(world.staff).get(address("spreadsheet-template", skp))
    reading = spreadsheets.read_workbook(skp, response.content, "templat.xlsx")
    assert reading.problems == []
    assert reading.content["results"][0]["text"].startswith("Contoh")


def workbook(rows: list[list[str]], *, sheet: str = "Hasil Kerja", formula: bool = False) -> bytes:
    output = io.BytesIO()
    book = xlsxwriter.Workbook(output)
    page = book.add_worksheet(sheet)
    columns = columns_for(Layout.JA_JF, Approach.KUANTITATIF)
    for column, name in enumerate(columns):
        page.write_string(0, column, RESULT_COLUMNS[name][0])
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            page.write_string(number, column, value)
    if formula:
        page.write_formula(1, 5, "=1+1", None, 2)
    book.close()
    return output.getvalue()


GOOD_ROW = ["Utama", "Hasil", "", "Jumlah", "Kuantitas", "10", "orang", "", ""]


def test_every_bad_cell_is_listed_and_nothing_is_taken(world: Any) -> None:
    skp = begin(world.staff)
    bad = workbook([GOOD_ROW, ["", "", "", "Waktu", "Cepat", "banyak", "", "", ""]])
    response = world.client(world.staff).post(address("spreadsheet", skp), {"file": upload(bad)})
    assert response.status_code == 422
    assert [(row["row"], row["column"]) for row in response.context["problems"]] == [
        (3, "Aspek"), (3, "Target"), (3, "Satuan"),
    ]  # fmt: skip
    assert not skp.results.exists()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"nothing", "skp.xlsx"),
        (workbook([GOOD_ROW], formula=True), "skp.xlsx"),
        (workbook([GOOD_ROW], sheet="Lembar1"), "skp.xlsx"),
        (workbook([]), "skp.xlsx"),
    ],
    ids=["no workbook", "a formula", "another sheet", "no row"],
)
def test_a_workbook_that_cannot_be_used_is_refused_in_words(world: Any, data: bytes, name: str) -> None:
    skp = begin(world.staff)
    response = world.client(world.staff).post(address("spreadsheet", skp), {"file": upload(data, name)})
    assert response.status_code == 422
    assert len(response.context.get("refusal", ())) == 2 or response.context["form"].errors
    assert not skp.results.exists()


def test_lists_of_templates_need_the_same_queries_for_one_and_for_many(
    world: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = world.client(world.personnel_officer)
    make_template(world, client)
    client.get(reverse("indicators:template-list"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("indicators:template-list"))
    template = SkpTemplate.objects.get()
    for number in range(20):
        template.pk, template.title = None, f"Templat {number}"
        template.save()
    with django_assert_num_queries(len(few)):
        client.get(reverse("indicators:template-list"))
