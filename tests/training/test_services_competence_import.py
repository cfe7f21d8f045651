"""Lists of assessed levels: what is checked row by row, what applying does, once."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from apps.employees.models import Employee
from apps.training.models import CompetenceAssessment, CompetenceImport, TrainingNeed
from apps.training.services import competence_import as services
from tests.training.competence_story import assess, make_competence
from tests.training.story import AT

pytestmark = pytest.mark.django_db
HEAD = "NIP,Kompetensi,Level,Tanggal,Metode,Keterangan\n"


def check(world: Any, *rows: str, head: str = HEAD, name: str = "level.csv") -> CompetenceImport:
    return services.check_file(
        government=world.government,
        people=Employee.objects.filter(government=world.government),
        content=(head + "\n".join(rows) + "\n").encode(),
        file_name=name,
        by=world.personnel_officer,
        at=AT,
    )


def codes(batch: CompetenceImport) -> list[list[str]]:
    return [
        [problem["code"] for problem in row.problems]
        for row in batch.rows.order_by("row_number")  # type: ignore[attr-defined]
    ]


def test_each_row_says_what_is_wrong_and_nothing_changes(world: Any) -> None:
    make_competence(world, "komunikasi")
    nip = world.staff.nip
    batch = check(
        world,
        f"{nip},Komunikasi,2,01-05-2026,tes,LAP-1",
        f"{nip[:8]} {nip[8:]},KOMUNIKASI,Level 3,2026-05-02,,",
        "199901012020011999,komunikasi,2,01-05-2026,,",
        f"{nip},terbang,2,01-05-2026,,",
        f"{nip},komunikasi,6,01-05-2026,,",
        f"{nip},komunikasi,2,kemarin,,",
        f"{nip},komunikasi,2,31-12-2026,,",
        f"{nip},komunikasi,2,01-05-2026,dukun,",
        f"{nip},komunikasi,3,01-05-2026,uji kompetensi,",
        ",,,,,ada",
    )
    assert codes(batch) == [
        [],
        [],
        ["person_unknown"],
        ["competence_unknown"],
        ["level_wrong"],
        ["date_unknown"],
        ["date_in_future"],
        ["method_unknown"],
        ["row_twice"],
        ["missing", "missing", "missing", "missing"],
    ]
    assert {key: batch.summary[key] for key in ("rows", "new", "unchanged", "bad")} == {
        "rows": 10,
        "new": 2,
        "unchanged": 0,
        "bad": 8,
    }
    assert (CompetenceAssessment.objects.count(), TrainingNeed.objects.count()) == (0, 0)
    bad = batch.rows.filter(effect="")  # type: ignore[attr-defined]
    assert all(row.employee_id is None for row in bad.exclude(problems__0__code="row_twice"))


def test_applying_takes_the_good_rows_once_and_proposes_needs(world: Any) -> None:
    make_competence(world, "komunikasi", level=3)
    batch = check(
        world, f"{world.staff.nip},komunikasi,1,01-05-2026,tes,LAP-1", "1,komunikasi,1,01-05-2026,,"
    )
    assert services.apply_batch(batch_id=batch.pk, by=world.personnel_officer, at=AT) == 1
    row = CompetenceAssessment.objects.get()
    assert (row.employee, row.level, row.method, row.note, row.assessed_on) == (
        world.staff,
        1,
        "test",
        "LAP-1",
        date(2026, 5, 1),
    )
    assert (row.row.row_number, TrainingNeed.objects.get().assessment) == (2, row)
    with pytest.raises(services.NotApplicable):
        services.apply_batch(batch_id=batch.pk, by=world.personnel_officer, at=AT)
    assert CompetenceAssessment.objects.count() == 1


def test_the_same_file_again_finds_nothing_to_do(world: Any) -> None:
    competence = make_competence(world, "komunikasi")
    assess(world, competence, 2, day=date(2026, 5, 1))
    batch = check(
        world,
        f"{world.staff.nip},komunikasi,2,01-05-2026,tes,",
        f"{world.colleague.nip},komunikasi,2,01-05-2026,tes,",
    )
    assert [row.effect for row in batch.rows.order_by("row_number")] == ["unchanged", "new"]  # type: ignore[attr-defined]
    other = check(world, f"{world.staff.nip},komunikasi,4,01-05-2026,tes,")
    assert codes(other) == [["recorded_otherwise"]]


def test_what_was_entered_by_hand_after_the_check_stays(world: Any) -> None:
    competence = make_competence(world, "komunikasi")
    batch = check(world, f"{world.staff.nip},komunikasi,2,01-05-2026,tes,")
    assess(world, competence, 4, day=date(2026, 5, 1))
    assert services.apply_batch(batch_id=batch.pk, by=world.personnel_officer, at=AT) == 0
    assert CompetenceAssessment.objects.get().level == 4


@pytest.mark.parametrize(
    ("head", "name", "code"),
    [(HEAD, "level.pdf", "wrong_type"), ("Nama,Alamat\n", "level.csv", "missing_columns")],
)
def test_a_file_that_cannot_be_used(world: Any, head: str, name: str, code: str) -> None:
    batch = check(world, "a,b", head=head, name=name)
    assert (batch.status, batch.refusal["code"], batch.file) == ("refused", code, None)
    with pytest.raises(services.NotApplicable):
        services.apply_batch(batch_id=batch.pk, by=world.personnel_officer, at=AT)


def test_the_template_can_be_read_again(world: Any) -> None:
    competence = make_competence(world, "integritas")
    content = services.template([competence])
    book = openpyxl.load_workbook(BytesIO(content))
    assert [cell.value for cell in book["Kompetensi"][1]] == ["integritas", "Integritas"]
    batch = services.check_file(
        government=world.government,
        people=Employee.objects.none(),
        content=content,
        file_name="templat.xlsx",
        by=world.personnel_officer,
        at=AT,
    )
    assert codes(batch) == [["person_unknown"]], "everything but the example's person is understood"
