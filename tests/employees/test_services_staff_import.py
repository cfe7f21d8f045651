"""Staff lists: what is read, what is refused, what a repeated import does, and what a killed worker leaves behind."""

import contextlib
import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.core.models import AuditEntry
from apps.employees import import_texts, selectors
from apps.employees.models import AppraiserLink, Employee, ImportBatch, Placement, Position, WorkUnit
from apps.employees.services import organization, staff_files, staff_import
from apps.employees.services.staff_rows import parse_date
from tests.world import NOW, World
from tools.databases import connect

SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "samples"
HEAD_NIP = "197503152000031001"
STAFF_NIP = "198604122010012002"
ROW = {
    "NIP": STAFF_NIP,
    "Nama": "Contoh Staf",
    "Status": "PNS",
    "Golongan": "III/b",
    "Kode Unit": "D1-A",
    "Nama Unit": "Bidang Contoh",
    "Kode Unit Induk": "D1",
    "Jabatan": "Analis Data",
    "Jenis Jabatan": "Pelaksana",
    "Pimpinan Unit": "",
    "TMT Jabatan": "01-02-2024",
    "NIP Atasan": "",
    "Email": "",
}
HEAD = ROW | {
    "NIP": HEAD_NIP,
    "Nama": "Contoh Kepala",
    "Golongan": "IV/a",
    "Kode Unit": "D1",
    "Nama Unit": "Dinas Contoh",
    "Kode Unit Induk": "",
    "Jabatan": "Kepala Dinas",
    "Jenis Jabatan": "JPT",
    "Pimpinan Unit": "ya",
}


def as_csv(*rows: dict[str, str]) -> bytes:
    """Return rows as a file."""
    output = io.StringIO()
    writer = csv.DictWriter(output, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue().encode()


def check(world: World, *rows: dict[str, str], **options: Any) -> ImportBatch:
    """Check rows for the world's government."""
    content = options.pop("content", None) or as_csv(*rows)
    return staff_import.check_file(
        government=options.pop("government", world.government),
        content=content,
        file_name=options.pop("file_name", "daftar.csv"),
        by=world.personnel_officer,
        at=NOW,
    )


def apply(world: World, batch: ImportBatch, progress: Any = None) -> dict[str, int]:
    """Apply a batch."""
    return staff_import.apply_batch(batch_id=batch.pk, by=world.personnel_officer, at=NOW, progress=progress)


def problems(batch: ImportBatch) -> list[tuple[int, str, str]]:
    """Return (row, column, code) of everything that keeps rows out."""
    return [
        (row.row_number, problem["column"], problem["code"])
        for row in batch.rows.order_by("row_number")
        for problem in row.problems
        if not problem.get("is_note")
    ]


def test_the_check_changes_nothing(world: World) -> None:
    before = (
        Employee.objects.count(),
        WorkUnit.objects.count(),
        User.objects.count(),
        Position.objects.count(),
    )
    batch = check(world, ROW, HEAD)
    assert (batch.summary["new"], batch.summary["bad"], batch.summary["units_new"]) == (2, 0, 2)
    assert before == (
        Employee.objects.count(),
        WorkUnit.objects.count(),
        User.objects.count(),
        Position.objects.count(),
    )


def test_units_positions_people_users_places_and_appraisers_come_from_the_rows(world: World) -> None:
    batch = check(world, ROW, HEAD)  # the child comes before its parent, the staff before the head
    assert apply(world, batch) == {"new": 2, "changed": 0, "unchanged": 0, "bad": 0}
    staff = Employee.objects.get(nip=STAFF_NIP)
    head = Employee.objects.get(nip=HEAD_NIP)
    placement = selectors.placement_on(staff, date(2024, 2, 1))
    assert placement is not None
    unit = placement.position.unit
    assert (unit.code, unit.kind, unit.parent.code) == ("D1-A", "bidang", "D1")
    assert unit.path == f"/{world.root.pk}/{unit.parent_id}/{unit.pk}/"
    assert selectors.placement_on(staff, date(2024, 1, 31)) is None
    assert selectors.appraiser_on(staff, date(2026, 9, 15)) == head
    assert selectors.head_on(unit.parent, date(2026, 9, 15)) == head
    assert staff.birth_date == date(1986, 4, 12)
    assert (staff.user.login, staff.user.display_name) == (STAFF_NIP, "Contoh Staf")
    assert not staff.user.has_usable_password()


def test_a_second_import_of_the_same_file_changes_nothing(world: World) -> None:
    apply(world, check(world, ROW, HEAD))
    entries = AuditEntry.objects.exclude(action__startswith="employees.import").count()
    links = list(AppraiserLink.objects.order_by("pk").values())
    places = list(Placement.objects.order_by("pk").values())
    batch = check(world, ROW, HEAD)
    assert {k: batch.summary[k] for k in ("new", "changed", "unchanged", "bad")} == {
        "new": 0,
        "changed": 0,
        "unchanged": 2,
        "bad": 0,
    }
    assert apply(world, batch) == {"new": 0, "changed": 0, "unchanged": 2, "bad": 0}
    assert AuditEntry.objects.exclude(action__startswith="employees.import").count() == entries
    assert list(AppraiserLink.objects.order_by("pk").values()) == links
    assert list(Placement.objects.order_by("pk").values()) == places


def test_a_changed_row_shows_before_and_after_and_changes_only_that(world: World) -> None:
    apply(world, check(world, ROW, HEAD))
    batch = check(world, ROW | {"Golongan": "III/c"}, HEAD)
    assert [(row.effect, row.changes) for row in batch.rows.order_by("row_number")] == [
        ("changed", {"golongan": ["III/b", "III/c"]}),
        ("unchanged", {}),
    ]
    assert apply(world, batch)["changed"] == 1
    assert Employee.objects.get(nip=STAFF_NIP).golongan == "III/c"
    entry = AuditEntry.objects.get(action="employees.employee.changed")
    assert entry.data == {"batch": batch.pk, "fields": ["golongan"]}


def test_another_post_starts_at_its_date_and_ends_the_earlier_one(world: World) -> None:
    apply(world, check(world, ROW, HEAD))
    moved = ROW | {
        "Kode Unit": "D1",
        "Nama Unit": "Dinas Contoh",
        "Kode Unit Induk": "",
        "TMT Jabatan": "1 Juli 2026",
    }
    apply(world, check(world, moved, HEAD))
    staff = Employee.objects.get(nip=STAFF_NIP)
    assert selectors.placement_on(staff, date(2026, 6, 30)).position.unit.code == "D1-A"
    assert selectors.placement_on(staff, date(2026, 7, 1)).position.unit.code == "D1"


def test_a_corrected_start_moves_the_earlier_end_too(world: World) -> None:
    apply(world, check(world, ROW, HEAD))
    moved = ROW | {"Jabatan": "Analis Hukum", "TMT Jabatan": "01-07-2026"}
    apply(world, check(world, moved, HEAD))
    for day in ("15-06-2026", "01-08-2026"):
        assert apply(world, check(world, moved | {"TMT Jabatan": day}, HEAD))["changed"] == 1
        first, second = Employee.objects.get(nip=STAFF_NIP).placements.order_by("period")
        assert first.period.upper == second.period.lower == parse_date(day)


def test_the_named_appraiser_wins_and_one_corrected_by_hand_stays(world: World) -> None:
    third = ROW | {"NIP": "198001012005011003", "Nama": "Contoh Tiga", "Jabatan": "Ketua Tim"}
    apply(world, check(world, ROW | {"NIP Atasan": third["NIP"]}, HEAD, third))
    staff = Employee.objects.get(nip=STAFF_NIP)
    team_lead = Employee.objects.get(nip=third["NIP"])
    day = date(2026, 9, 15)
    assert selectors.appraiser_on(staff, day) == team_lead
    assert selectors.appraiser_on(team_lead, day).nip == HEAD_NIP
    apply(world, check(world, ROW | {"Golongan": "III/c"}, HEAD))  # the file no longer names one
    assert selectors.appraiser_on(staff, day) == team_lead


def test_a_new_head_becomes_the_appraiser_of_the_unit(world: World) -> None:
    apply(world, check(world, ROW, HEAD))
    successor = HEAD | {
        "NIP": "197801012003011004",
        "Nama": "Contoh Kepala Baru",
        "TMT Jabatan": "01-09-2026",
    }
    left = HEAD | {
        "Jabatan": "Widyaiswara",
        "Jenis Jabatan": "JF",
        "Pimpinan Unit": "",
        "TMT Jabatan": "01-09-2026",
    }
    batch = check(world, successor, left)
    assert problems(batch) == []
    apply(world, batch)
    staff = Employee.objects.get(nip=STAFF_NIP)
    assert selectors.appraiser_on(staff, date(2026, 9, 15)).nip == successor["NIP"]
    assert selectors.appraiser_on(staff, date(2026, 9, 14)).nip == HEAD_NIP


def test_derived_in_bulk_equals_derived_for_one(world: World) -> None:
    everybody = set(Employee.objects.filter(government=world.government).values_list("pk", flat=True))
    day = date(2026, 9, 15)
    bulk = selectors.derive_appraisers(world.government, day, listed=everybody, below_units=set())
    for employee in Employee.objects.filter(government=world.government):
        one = organization.derived_appraiser(employee, day)
        assert bulk.get(employee.pk) == (one.pk if one else None)
    assert bulk[world.staff.pk] == world.head.pk


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"NIP": ""}, "nip", "missing"),
        ({"NIP": "1986"}, "nip", "nip_length"),
        ({"NIP": "198613122010012002"}, "nip", "nip_birth_date"),
        ({"NIP": "198604122010132002"}, "nip", "nip_month"),
        ({"NIP": "198604122010013002"}, "nip", "nip_sex"),
        ({"NIP": "198604122010012000"}, "nip", "nip_sequence"),
        ({"NIP": "1.98604E+17"}, "nip", "precision_lost"),
        ({"Nama": ""}, "name", "missing"),
        ({"Nama": "x" * 151}, "name", "too_long"),
        ({"Status": "HONORER"}, "status", "status_unknown"),
        ({"Status": "", "Golongan": ""}, "status", "missing"),
        ({"Golongan": "V/a"}, "golongan", "golongan_unknown"),
        ({"Kode Unit": ""}, "unit_code", "missing"),
        ({"Nama Unit": ""}, "unit_name", "unit_name_missing"),
        ({"Nama Unit": "Loka Contoh"}, "unit_kind", "unit_kind_missing"),
        ({"Kode Unit Induk": "TIDAK-ADA"}, "parent_code", "parent_unknown"),
        ({"Kode Unit Induk": "D1-A"}, "parent_code", "parent_is_self"),
        ({"Jabatan": ""}, "position", "missing"),
        ({"Jenis Jabatan": "Kaptain"}, "position_class", "class_unknown"),
        ({"Jenis Jabatan": ""}, "position_class", "class_missing"),
        ({"Pimpinan Unit": "mungkin"}, "is_head", "head_unknown"),
        ({"TMT Jabatan": "31-02-2024"}, "since", "date_unknown"),
        ({"NIP Atasan": "198001012005011999"}, "appraiser_nip", "appraiser_unknown"),
        ({"NIP Atasan": STAFF_NIP}, "appraiser_nip", "appraiser_is_self"),
        ({"Email": "bukan-surel"}, "email", "email_invalid"),
    ],
)
def test_a_bad_cell_keeps_its_row_out_with_words(
    world: World, change: dict[str, str], column: str, code: str
) -> None:
    batch = check(world, HEAD, ROW | change)
    assert problems(batch) == [(3, column, code)]
    what, todo = import_texts.row_problem(batch.rows.get(row_number=3).problems[0])
    assert what
    assert todo
    assert "%(" not in what + todo
    assert apply(world, batch) == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "bad": 1,
    }  # the good row goes in alone
    assert not Employee.objects.filter(nip=STAFF_NIP).exists()


def test_rows_that_contradict_each_other(world: World) -> None:
    second = ROW | {"NIP": "198704122011012005", "Nama": "Contoh Dua"}
    assert problems(check(world, HEAD, ROW, ROW)) == [(4, "nip", "nip_twice")]
    assert problems(check(world, HEAD, ROW, second | {"Nama Unit": "Bidang Lain"})) == [
        (4, "unit_name", "unit_contradicts")
    ]
    assert problems(check(world, HEAD, ROW, second | {"Jenis Jabatan": "Pengawas"})) == [
        (4, "position_class", "position_contradicts")
    ]
    twice = HEAD | {"NIP": second["NIP"], "Jabatan": "Kepala Lain"}
    assert problems(check(world, HEAD, twice)) == [(3, "is_head", "head_twice")]
    circle = ROW | {"Kode Unit": "D1", "Kode Unit Induk": "D1-A", "Nama Unit": "Dinas Contoh"}
    found = problems(check(world, circle | {"NIP": second["NIP"]}, ROW))
    assert found == [(2, "parent_code", "unit_circle"), (3, "parent_code", "unit_circle")]


def test_what_is_wrong_with_a_unit_is_said_at_every_row_that_says_it(world: World) -> None:
    rows = [ROW | {"NIP": f"1986041220100120{n:02}", "Kode Unit Induk": "TIDAK-ADA"} for n in range(2, 5)]
    other = ROW | {"NIP": "198604122010012009", "Nama Unit": "Bidang Lain", "Kode Unit Induk": "TIDAK-ADA"}
    batch = check(world, HEAD, rows[0], other, *rows[1:])
    assert problems(batch) == [
        (3, "parent_code", "parent_unknown"),
        (4, "unit_name", "unit_contradicts"),
        (4, "parent_code", "parent_unknown"),
        (5, "parent_code", "parent_unknown"),
        (6, "parent_code", "parent_unknown"),
    ]
    contradiction = batch.rows.get(row_number=4).problems[0]["params"]
    assert contradiction == {"unit": "D1-A", "first": "Bidang Contoh", "shown": "Bidang Lain"}


def test_a_row_without_a_class_is_wrong_only_before_the_one_that_names_it(world: World) -> None:
    without = [
        ROW | {"NIP": f"1986041220100120{n:02}", "Jenis Jabatan": "", "Nama": f"Contoh {n}"}
        for n in range(2, 6)
    ]
    batch = check(world, HEAD, without[0], without[1], ROW | {"NIP": "198604122010012009"}, *without[2:])
    assert problems(batch) == [(3, "position_class", "class_missing"), (4, "position_class", "class_missing")]
    assert apply(world, batch) == {"new": 4, "changed": 0, "unchanged": 0, "bad": 2}
    # Known from now on, the post needs no class any more.
    assert problems(check(world, HEAD, *without)) == []


def test_a_changed_unit_is_shown_once_at_its_first_good_row(world: World) -> None:
    second = ROW | {"NIP": "198704122011012005", "Nama": "Contoh Dua"}
    apply(world, check(world, HEAD, ROW, second))
    renamed = {"Nama Unit": "Bidang Baru"}
    batch = check(world, HEAD, ROW | renamed | {"TMT Jabatan": "kemarin"}, ROW | renamed, second | renamed)
    assert [(row.row_number, row.effect, row.changes) for row in batch.rows.order_by("row_number")] == [
        (2, "unchanged", {}),
        (3, "", {}),
        (4, "", {}),
        (5, "changed", {"unit_name": ["Bidang Contoh", "Bidang Baru"]}),
    ]


def test_an_appraiser_whose_own_row_is_bad_is_left_away_with_a_note(world: World) -> None:
    boss = ROW | {"NIP": "198001012005011003", "Nama": "", "Jabatan": "Ketua Tim"}
    batch = check(world, HEAD, ROW | {"NIP Atasan": boss["NIP"]}, boss)
    assert problems(batch) == [(4, "name", "missing")]
    row = batch.rows.get(row_number=3)
    assert (row.effect, [found["code"] for found in row.problems]) == ("new", ["appraiser_row_bad"])
    apply(world, batch)
    day = date(2026, 9, 15)
    assert selectors.appraiser_on(Employee.objects.get(nip=STAFF_NIP), day).nip == HEAD_NIP


def test_accounts_of_a_list_have_passwords_nobody_can_use(world: World) -> None:
    second = ROW | {"NIP": "198704122011012005", "Nama": "Contoh Dua"}
    apply(world, check(world, HEAD, ROW, second))
    users = User.objects.filter(login__in=[STAFF_NIP, HEAD_NIP, second["NIP"]])
    assert len({user.password for user in users}) == 3
    assert not any(user.has_usable_password() for user in users)
    assert {(user.is_active, user.language, user.is_staff) for user in users} == {(True, "id", False)}


def test_a_unit_does_not_get_a_second_head_beside_the_present_one(world: World) -> None:
    unit = world.agency
    row = HEAD | {"Kode Unit": unit.code, "Nama Unit": unit.name}
    batch = check(world, row)
    assert problems(batch) == [(2, "is_head", "head_taken")]


def test_a_person_of_another_government_is_refused_without_a_word_about_them(world: World) -> None:
    foreigner = world.foreigner
    before = Employee.objects.filter(pk=foreigner.pk).values().get()
    batch = check(world, HEAD | {"NIP": foreigner.nip})
    assert problems(batch) == [(2, "nip", "nip_elsewhere")]
    text = " ".join(import_texts.row_problem(batch.rows.get().problems[0]))
    assert foreigner.name not in text
    assert "Serang" not in text
    assert apply(world, batch)["new"] == 0
    assert Employee.objects.filter(pk=foreigner.pk).values().get() == before
    # As a supervisor they are as unknown as somebody who does not exist.
    as_boss = check(world, HEAD, ROW | {"NIP Atasan": foreigner.nip})
    nobody = check(world, HEAD, ROW | {"NIP Atasan": "198001012005011999"})
    assert as_boss.rows.get(row_number=3).problems == nobody.rows.get(row_number=3).problems


def test_a_corrected_nip_keeps_the_person_the_user_and_the_password(world: World) -> None:
    apply(world, check(world, ROW, HEAD))
    staff = Employee.objects.get(nip=STAFF_NIP)
    staff.user.set_password("sandi-yang-tetap-berlaku")
    staff.user.save()
    right = "198604122010012022"
    batch = check(world, ROW | {"NIP": right, "NIP Lama": STAFF_NIP}, HEAD | {"NIP Lama": ""})
    assert batch.rows.get(row_number=2).changes == {"nip": [STAFF_NIP, right]}
    apply(world, batch)
    staff.refresh_from_db()
    user = User.objects.get(pk=staff.user_id)
    assert (staff.nip, user.login) == (right, right)
    assert user.check_password("sandi-yang-tetap-berlaku")
    again = check(world, ROW | {"NIP": right, "NIP Lama": STAFF_NIP}, HEAD | {"NIP Lama": ""})
    assert (again.summary["changed"], again.summary["unchanged"]) == (0, 2)


@pytest.mark.parametrize(
    ("name", "people", "units"), [("staff-sample-a.xlsx", 17, 4), ("staff-sample-b.csv", 5, 2)]
)
def test_the_samples_go_in_whole_and_a_second_time_change_nothing(
    world: World, name: str, people: int, units: int
) -> None:
    content = (SAMPLES / name).read_bytes()
    batch = check(world, content=content, file_name=name)
    assert problems(batch) == []
    assert (batch.summary["new"], batch.summary["units_new"]) == (people, units)
    assert apply(world, batch)["new"] == people
    again = check(world, content=content, file_name=name)
    assert (again.summary["unchanged"], again.summary["changed"], again.summary["new"]) == (people, 0, 0)


def test_the_sample_with_dates_of_excel_keeps_the_days(world: World) -> None:
    apply(world, check(world, content=(SAMPLES / "staff-sample-a.xlsx").read_bytes(), file_name="a.xlsx"))
    unit = WorkUnit.objects.get(government=world.government, code="DINKES")
    head = selectors.head_on(unit, date(2022, 3, 1))
    assert head is not None
    assert selectors.head_on(unit, date(2022, 2, 28)) is None
    nurses = Position.objects.filter(unit__code="DINKES-P1", title__startswith="Perawat").order_by("title")
    assert [post.title for post in nurses] == ["Perawat Ahli Muda", "Perawat Terampil"]


def test_the_template_is_accepted_as_it_is(world: World) -> None:
    batch = check(world, content=staff_files.template(["petunjuk"]), file_name="templat.xlsx")
    assert batch.summary["rows"] == 1
    # Its example hangs below a unit that exists nowhere: nobody can be taken over by mistake.
    assert problems(batch) == [(2, "parent_code", "parent_unknown")]


def test_the_shipped_template_has_the_columns_of_the_code(world: World) -> None:
    shipped = check(world, content=(SAMPLES / "staff-template.xlsx").read_bytes(), file_name="t.xlsx")
    made = check(world, content=staff_files.template(["petunjuk"]), file_name="t.xlsx")
    assert shipped.summary["columns"] == made.summary["columns"]


def test_bad_rows_come_back_as_a_workbook_that_can_be_corrected_and_uploaded(world: World) -> None:
    batch = check(world, HEAD, ROW | {"TMT Jabatan": "kemarin", "Nama": "=1+1"})
    content = staff_files.bad_rows(batch, import_texts.row_problem, ["Baris", "Kolom", "Masalah", "Tindakan"])
    again = check(world, content=content, file_name="baris-salah.xlsx")
    assert [warning["code"] for warning in again.summary["warnings"]] == ["unknown_columns"]
    assert ("since", "date_unknown") in [found[1:] for found in problems(again)]
    assert again.rows.get().values["raw"]["name"] == "=1+1"


class Killed(BaseException):
    """What a killed worker looks like from inside."""


class KillAfter:
    """Progress that kills the process after some reports."""

    def __init__(self, reports: int) -> None:
        self.left = reports

    def total(self, steps: int) -> None:
        """Ignore."""

    def advance(self, steps: int = 1) -> None:
        """Count down, then die."""
        self.left -= 1
        if self.left == 0:
            raise Killed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reports", [1, 2, 3, 4])
def test_a_killed_worker_leaves_whole_portions_and_the_next_run_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch, reports: int
) -> None:
    monkeypatch.setattr(staff_import, "PORTION", 2)
    rows = [ROW | {"NIP": f"19860412201001{1 + n % 2}{100 + n}", "Nama": f"Contoh {n}"} for n in range(5)]
    batch = check(world, *rows, HEAD)
    with pytest.raises(Killed):
        apply(world, batch, KillAfter(reports))
    done = batch.rows.filter(applied=True).count()
    assert done == min(reports * 2, 6)
    assert Employee.objects.filter(name__startswith="Contoh ", nip__startswith="19860412").count() <= 5
    assert apply(world, batch) == {"new": 6, "changed": 0, "unchanged": 0, "bad": 0}
    batch.refresh_from_db()
    assert batch.status == "applied"
    imported = Employee.objects.filter(nip__in=[row["NIP"] for row in rows])
    assert imported.count() == 5
    assert AppraiserLink.objects.filter(employee__in=imported, appraiser__nip=HEAD_NIP).count() == 5
    assert AuditEntry.objects.filter(action="employees.employee.imported").count() == 6
    assert AuditEntry.objects.filter(action="employees.import.applied").count() == 1


class Steps:
    """Progress that remembers how large the steps were."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def total(self, steps: int) -> None:
        """Ignore."""

    def advance(self, steps: int = 1) -> None:
        """Remember."""
        self.sizes.append(steps)


def test_a_long_list_takes_larger_steps_up_to_a_limit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_import, "PORTION", 2)
    rows = [ROW | {"NIP": f"19860412201001{1 + n % 2}{100 + n}", "Nama": f"Contoh {n}"} for n in range(49)]
    batch = check(world, HEAD, *rows[:30])
    steps = Steps()
    apply(world, batch, steps)
    assert steps.sizes[:-1] == [3] * 10 + [1]
    monkeypatch.setattr(staff_import, "PORTION", 1)
    monkeypatch.setattr(staff_import, "LARGEST_PORTION", 2)
    steps = Steps()
    assert apply(world, check(world, HEAD, *rows), steps)["new"] == 19
    assert steps.sizes[:-1] == [1] * 19
    steps = Steps()
    more = [row | {"NIP": f"{row['NIP'][:15]}{500 + n}"} for n, row in enumerate(rows)]
    assert apply(world, check(world, *more), steps)["new"] == 49
    assert steps.sizes[:-1] == [2] * 24 + [1]
    renamed = [row | {"Nama": f"{row['Nama']} baru"} for row in rows]
    steps = Steps()
    assert apply(world, check(world, HEAD, *renamed), steps)["changed"] == 49
    assert steps.sizes[:-1] == [1] * 49  # who is on record already waits for the end of a step
    assert (
        AppraiserLink.objects.filter(employee__name__startswith="Contoh ", appraiser__nip=HEAD_NIP).count()
        >= 49
    )


def test_what_changed_between_check_and_apply_is_noticed(world: World) -> None:
    batch = check(world, ROW, HEAD)
    world.other.make_employee("Orang Lain", world.other.unit)
    Employee.objects.filter(pk=world.foreigner.pk).update(nip=STAFF_NIP)
    assert apply(world, batch) == {"new": 1, "changed": 0, "unchanged": 0, "bad": 1}
    row = batch.rows.get(row_number=2)
    assert (row.applied, row.effect, row.problems[0]["code"]) == (False, "", "nip_elsewhere")


def test_a_refused_file_is_not_kept_and_cannot_be_applied(world: World) -> None:
    batch = check(world, content=b"%PDF-1.7 ...", file_name="daftar.xlsx")
    assert (batch.status, batch.refusal["code"], batch.file) == ("refused", "wrong_type", None)
    with pytest.raises(staff_import.NotApplicable):
        apply(world, batch)


def test_every_refusal_of_the_reader_has_words() -> None:
    from apps.core.sheets.reading import SheetRefused

    def below(kind: type) -> set[type]:
        return {found for sub in kind.__subclasses__() for found in {sub} | below(sub)}

    assert {kind.code for kind in below(SheetRefused)} <= set(import_texts.FILE_TEXTS)


def test_the_check_asks_the_database_as_often_for_many_rows_as_for_few(world: World) -> None:
    def queries(count: int) -> int:
        rows = [
            ROW | {"NIP": f"19860412201001{1 + n % 2}{100 + n}", "Nama": f"Contoh {n}"} for n in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            check(world, HEAD, *rows)
        return len(captured)

    assert queries(3) == queries(200)


def test_a_check_does_not_wait_for_somebody_elses(world: World) -> None:
    other = connect(connection.settings_dict["NAME"])
    other.autocommit = False
    with contextlib.closing(other), other.cursor() as cursor:
        # What another check holds from its look at the new rows until it commits.
        cursor.execute("LOCK TABLE employees_importrow IN SHARE UPDATE EXCLUSIVE MODE")
        batch = check(world, HEAD)
    assert batch.status == "checked"


def test_the_command_prints_json_and_applies(world: World) -> None:
    output = io.StringIO()
    call_command(
        "import_staff",
        str(SAMPLES / "staff-sample-b.csv"),
        government="kendari",
        apply=True,
        json=True,
        stdout=output,
    )
    import json

    report = json.loads(output.getvalue())
    assert (report["status"], report["applied"]["new"], report["problems"]) == ("applied", 5, [])
    with pytest.raises(CommandError, match="no government"):
        call_command("import_staff", str(SAMPLES / "staff-sample-b.csv"), government="atlantis")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31-12-2024", date(2024, 12, 31)),
        ("1/2/2024", date(2024, 2, 1)),
        ("2024-02-01", date(2024, 2, 1)),
        ("1 Pebruari 2024", date(2024, 2, 1)),
        ("17 Agt 2020", date(2020, 8, 17)),
        ("45323", date(2024, 2, 1)),
        (date(2024, 2, 1), date(2024, 2, 1)),
        ("-", None),
        (None, None),
    ],
)
def test_dates_as_people_write_them(text: Any, day: date | None) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["32-01-2024", "1 Fooary 2024", "kemarin", "12345678"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_date(text)
