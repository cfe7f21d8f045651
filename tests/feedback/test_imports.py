"""The two import commands on the real files, and on bad ones."""

import csv
import io
import json
import zoneinfo
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.feedback import selectors
from apps.feedback.models import IkmResult, PublishedSkm, Response, SurveyPeriod
from apps.feedback.services import respondent_tables, results, skm_import
from tests.feedback import helpers

DATA = Path(__file__).resolve().parent.parent / "data"
NRR = ["2.8163", "2.8367", "3.0612", "3.6122", "3.2449", "3.3265", "3.2857", "2.9184", "3.2449"]


def run(command, *args, **options):
    out = io.StringIO()
    call_command(command, *map(str, args), "--json", stdout=out, **options)
    return json.loads(out.getvalue())


def import_skm(path, service, *extra):
    return run("import_skm", path, "--service", service.code, "--period", "2019-s1", *extra)


def test_the_respondents_of_sekadau(world):
    service = world.make_service()
    found = import_skm(DATA / "skm-respondents.csv", service)
    assert (found["read"], found["added"], found["problems"]) == (49, 49, [])
    assert list(found["nrr"].items()) == [(f"U{i}", value) for i, value in enumerate(NRR, start=1)]
    assert (found["n"], found["ikm"], found["mutu"]) == (49, "78.74", "B")
    assert (found["weakest"], found["weakest_unsur"]) == ("U1", "persyaratan")
    period = SurveyPeriod.objects.get()
    assert (period.label, str(period.starts_on), str(period.ends_on)) == (
        "Semester I 2019",
        "2019-01-01",
        "2019-06-30",
    )
    stored = IkmResult.objects.get()
    assert (stored.n, stored.ikm, stored.service_grade) == (49, Decimal("78.74"), "B")


def test_a_second_import_changes_nothing(world):
    service = world.make_service()
    import_skm(DATA / "skm-respondents.csv", service)
    ids = set(Response.objects.values_list("pk", flat=True))
    again = import_skm(DATA / "skm-respondents.csv", service)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 49)
    assert set(Response.objects.values_list("pk", flat=True)) == ids


def test_a_corrected_row_replaces_its_answers(world, tmp_path):
    service = world.make_service()
    import_skm(DATA / "skm-respondents.csv", service)
    path = tmp_path / "koreksi.csv"
    lines = (DATA / "skm-respondents.csv").read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("1,2,2,3", "1,4,4,4", 1)
    path.write_text("\n".join(lines), encoding="utf-8")
    again = import_skm(path, service)
    assert (again["added"], again["changed"], again["unchanged"], again["n"]) == (0, 1, 48, 49)
    assert again["nrr"]["U1"] == "2.8571"


def test_many_rows_take_no_more_questions_than_few(world, tmp_path):
    head = "resp_no," + ",".join(f"U{i}" for i in range(1, 10))
    counted = []
    for n in (20, 400):
        service = world.make_service()
        path = tmp_path / f"{n}.csv"
        path.write_text(
            "\n".join([head, *(f"{i},3,3,3,3,3,3,3,3,{1 + i % 4}" for i in range(n))]), encoding="utf-8"
        )
        with CaptureQueriesContext(connection) as queries:
            found = import_skm(path, service)
        assert (found["added"], found["n"]) == (n, n)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_an_imported_table_is_verified_and_its_sampling_unrecorded(world):
    service = world.make_service()
    import_skm(DATA / "skm-respondents.csv", service)
    assert set(Response.objects.values_list("tier", flat=True)) == {"terverifikasi"}
    assert SurveyPeriod.objects.get().sampling == "unrecorded"
    shown = selectors.public_result(service, timezone.now().date())
    assert (shown.is_formal, shown.n, shown.ikm, shown.grade) == (True, 49, Decimal("78.74"), "B")


def test_a_table_without_numbers_can_be_loaded_again(world, tmp_path):
    service = world.make_service()
    path = tmp_path / "tanpa-nomor.csv"
    head = ",".join(f"U{i}" for i in range(1, 10))
    row = ",".join("3" * 9)
    path.write_text("\n".join([head, row, row, row]), encoding="utf-8")
    assert import_skm(path, service)["added"] == 3
    assert import_skm(path, service)["unchanged"] == 3
    path.write_text("\n".join([head, row, row, row, row]), encoding="utf-8")
    again = import_skm(path, service)
    assert (again["added"], again["unchanged"], again["n"]) == (1, 3, 4)


def test_bad_rows_are_named_and_the_others_go_in(world, tmp_path):
    service = world.make_service()
    path = tmp_path / "campur.csv"
    head = "resp_no," + ",".join(f"U{i}" for i in range(1, 10)) + ",Jenis Kelamin,Usia"
    rows = [
        "1,3,3,3,3,3,3,3,3,3,L,34",
        "2,3,3,5,3,3,3,3,3,3,P,20",
        "3,,,,,,,,,,P,20",
        "4,3,3,3,3,3,3,3,3,,Perempuan,70",
        "4,3,3,3,3,3,3,3,3,3,L,30",
        "6,3,3,3,3,3,3,3,3,3,?,30",
    ]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    found = import_skm(path, service)
    assert (found["read"], found["added"], found["n"]) == (6, 2, 2)
    assert [(p["row"], p["column"], p["code"]) for p in found["problems"]] == [
        (3, "U3", "not_1_to_4"),
        (4, "", "no_answers"),
        (6, "respondent", "number_twice"),
        (7, "sex", "unknown_value"),
    ]
    assert all(problem["reason"] for problem in found["problems"])
    assert set(Response.objects.values_list("sex", "age_band")) == {("L", "30-44"), ("P", "60+")}


def test_unsur_codes_and_another_order_are_understood(world, tmp_path):
    service = world.make_service()
    head = ",".join(f"U{i}" for i in range(1, 10))
    path = tmp_path / "urutan.csv"
    path.write_text("\n".join([head, "4,4,4,4,4,4,4,1,2"]), encoding="utf-8")
    found = import_skm(path, service, "--column", "U8=sarana", "--column", "U9=pengaduan")
    assert found["nrr_by_unsur"]["sarana"] == "1.0000"
    assert found["nrr_by_unsur"]["pengaduan"] == "2.0000"


def test_day_bundle_and_channel_of_a_row_are_kept(world, tmp_path):
    service = world.make_service()
    path = tmp_path / "kertas.csv"
    head = "Berkas,No," + ",".join(f"U{i}" for i in range(1, 10)) + ",Tanggal,Kanal"
    answers = ",".join("3" * 9)
    rows = [
        f"A,1,{answers},02-01-2019,kertas",
        f"B,1,{answers},2019-06-30,dibantu",  # the numbers begin anew in each bundle
        f"B,1,{answers},2019-06-30,dibantu",
        f"B,2,{answers},01-07-2019,",
        f"B,3,{answers},kemarin,",
        f"B,4,{answers},,merpati",
    ]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    found = import_skm(path, service)
    assert [(p["row"], p["column"], p["code"]) for p in found["problems"]] == [
        (4, "respondent", "number_twice"),
        (5, "date", "date_outside"),
        (6, "date", "date_unknown"),
        (7, "channel", "unknown_value"),
    ]
    zone = zoneinfo.ZoneInfo(service.unit.government.timezone)
    stored = Response.objects.order_by("pk")
    assert [(r.channel, str(r.hour.astimezone(zone))[:16]) for r in stored] == [
        ("paper", "2019-01-02 00:00"),
        ("assisted", "2019-06-30 00:00"),
    ]
    assert import_skm(path, service)["unchanged"] == 2


class Killed(BaseException):
    """What a killed worker looks like from inside."""


class KillAfter:
    """Progress that kills the process after some reports."""

    def __init__(self, reports):
        self.left = reports

    def total(self, steps):
        self.steps = steps

    def advance(self, steps=1):
        self.left -= 1
        if self.left == 0:
            raise Killed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reports", [1, 3])
def test_a_killed_worker_leaves_whole_portions_and_the_next_run_goes_on(world, monkeypatch, reports):
    monkeypatch.setattr(skm_import, "PORTION", 10)
    service = world.make_service()
    helpers.open_now(service)
    period = service.survey_periods.get()
    table = respondent_tables.upload_table(
        survey_period=period,
        content=(DATA / "skm-respondents.csv").read_bytes(),
        file_name="t.csv",
        columns={},
        by=world.head.user,
        at=timezone.now(),
    )
    options = {"table_id": table.pk, "by": world.head.user, "at": timezone.now()}
    with pytest.raises(Killed):
        respondent_tables.apply_table(**options, progress=KillAfter(reports))
    assert Response.objects.count() == reports * 10
    assert not AuditEntry.objects.filter(action="feedback.responses.imported").exists()
    applied = respondent_tables.apply_table(**options)
    assert (applied.outcome["added"], applied.outcome["unchanged"], applied.outcome["ikm"]) == (
        49,
        0,
        "78.74",
    )
    assert (Response.objects.count(), IkmResult.objects.get().n) == (49, 49)
    entry = AuditEntry.objects.get(action="feedback.responses.imported")
    assert (entry.data["added"], entry.data["file"]) == (49, table.file.sha256)


@pytest.mark.parametrize(
    ("content", "word"),
    [("", "empty"), ("U1,U2\n3,3\n", "missing"), ("<html><body>x</body></html>", "")],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(world, tmp_path, content, word):
    service = world.make_service()
    path = tmp_path / "salah.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError):
        import_skm(path, service)
    assert not Response.objects.exists()


def test_unknown_service_and_period_are_named(world):
    service = world.make_service()
    with pytest.raises(CommandError, match="no service"):
        run("import_skm", DATA / "skm-respondents.csv", "--service", "tidak-ada", "--period", "2019-s1")
    with pytest.raises(CommandError, match="is no period"):
        run("import_skm", DATA / "skm-respondents.csv", "--service", service.code, "--period", "lebaran")


def test_a_published_period_takes_no_more_rows(world):
    service = world.make_service()
    import_skm(DATA / "skm-respondents.csv", service)
    period = SurveyPeriod.objects.get()
    results.publish_result(survey_period_id=period.pk, by=None, at=IkmResult.objects.get().computed_at)
    with pytest.raises(CommandError, match="published"):
        import_skm(DATA / "skm-respondents.csv", service)
    assert Response.objects.count() == 49


def test_every_published_row_is_recomputed_as_in_the_sheet(db):
    with (DATA / "skm-published.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    found = run("import_published_skm", DATA / "skm-published.csv")
    assert (found["read"], found["added"], found["problems"]) == (34, 34, [])
    names = {
        "recomputed_ikm": "recomputed_ikm",
        "difference": "difference",
        "recomputed_long_weight": "recomputed_long_weight",
        "recomputed_short_weight": "recomputed_short_weight",
        "recomputed_mutu": "recomputed_mutu",
    }
    for row, printed in zip(found["rows"], expected, strict=True):
        assert (row["office"], row["regime"]) == (printed["office"], printed["regime"])
        for ours, theirs in names.items():
            assert row[ours] == printed[theirs], (printed["office"], ours)
    assert PublishedSkm.objects.get(office="Unit Pendaftaran, PHC").published_ikm == Decimal("76.475")


def test_published_results_are_never_overwritten(db, tmp_path):
    run("import_published_skm", DATA / "skm-published.csv")
    again = run("import_published_skm", DATA / "skm-published.csv")
    assert (again["added"], len(again["rows"]), again["problems"]) == (0, 34, [])
    path = tmp_path / "lain.csv"
    text = (
        (DATA / "skm-published.csv").read_text(encoding="utf-8").replace(",87.28,,14/2017", ",88.28,,14/2017")
    )
    path.write_text(text, encoding="utf-8")
    changed = run("import_published_skm", path)
    assert [problem["code"] for problem in changed["problems"]] == ["published_differs"]
    assert PublishedSkm.objects.get(region="Kabupaten Bantul", year=2023).published_ikm == Decimal("87.28")


def test_a_published_row_that_makes_no_sense_is_named(db, tmp_path):
    path = tmp_path / "buruk.csv"
    path.write_text(
        "office,published_ikm,regime\nA,120,14/2017\nB,80,5/1999\n,80,14/2017\nD,80,14/2017\n",
        encoding="utf-8",
    )
    found = run("import_published_skm", path)
    assert [(p["row"], p["code"]) for p in found["problems"]] == [
        (2, "not_25_to_100"),
        (3, "unknown_regime"),
        (4, "missing"),
    ]
    assert [row["office"] for row in found["rows"]] == ["D"]
