"""Loading a table of respondents by page: a look first, then the same rows."""

import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone, translation

from apps.core import long_jobs
from apps.core.models import Job
from apps.feedback.models import IkmResult, RespondentTable, Response, SurveyPeriod
from apps.feedback.services import respondent_tables, results
from apps.feedback.views import respondent_tables as respondent_views

DATA = Path(__file__).resolve().parents[2] / "data"
HEAD = ",".join(f"U{number}" for number in range(1, 10))


def form(**values):
    return {"_key": str(uuid.uuid4()), **values}


def url(name, *args):
    return reverse(f"feedback:{name}", args=args)


def says(response, text):
    with translation.override("id"):
        return any(found in response.content.decode() for found in (text, translation.gettext(text)))


@pytest.fixture
def period(world, service):
    return service.survey_periods.get()


def upload(client, period, content, name="tabel.csv", order="pengaduan"):
    data = form(file=SimpleUploadedFile(name, content), order=order)
    return client.post(url("table-upload", period.pk), data)


def test_the_preview_stores_nothing_and_says_what_would_happen(world, period):
    client = world.client(world.head)
    response = upload(client, period, (DATA / "skm-respondents.csv").read_bytes())
    table = RespondentTable.objects.get()
    assert response.url == url("table-detail", table.pk)
    assert (table.preview["added"], table.preview["ikm"], table.preview["n"]) == (49, "78.74", 49)
    assert not Response.objects.exists()
    assert not IkmResult.objects.filter(n__gt=0).exists()
    assert client.get(response.url).context["to_apply"] == 49


def test_taken_over_the_rows_are_verified_answers(world, period):
    client = world.client(world.head)
    upload(client, period, (DATA / "skm-respondents.csv").read_bytes())
    table = RespondentTable.objects.get()
    for _ in range(2):  # a double click takes them over once
        assert client.post(url("table-apply", table.pk), form()).status_code == 302
    assert set(Response.objects.values_list("channel", "tier")) == {("import", "terverifikasi")}
    assert Response.objects.count() == 49
    table.refresh_from_db()
    assert (table.outcome["added"], table.applied_by) == (49, world.head.user)
    # The same table again would change nothing.
    upload(client, period, (DATA / "skm-respondents.csv").read_bytes())
    assert RespondentTable.objects.latest("pk").preview["unchanged"] == 49


def test_bad_rows_are_named_in_words(world, period):
    good, bad = ",".join("3" * 9), ",".join("3" * 8) + ",7"
    client = world.client(world.head)
    upload(client, period, f"{HEAD}\n{good}\n{bad}\n".encode())
    table = RespondentTable.objects.get()
    page = client.get(url("table-detail", table.pk))
    assert [problem["row"] for problem in page.context["problems"]] == [3]
    assert "7" in page.context["problems"][0]["text"]
    client.post(url("table-apply", table.pk), form())
    assert Response.objects.count() == 1


def test_the_order_of_the_last_two_questions_is_asked_for(world, period):
    client = world.client(world.head)
    content = f"{HEAD}\n4,4,4,4,4,4,4,1,2\n".encode()
    data = form(file=SimpleUploadedFile("t.csv", content))
    assert client.post(url("table-upload", period.pk), data).status_code == 422
    assert not RespondentTable.objects.exists()
    upload(client, period, content, order="sarana")
    client.post(url("table-apply", RespondentTable.objects.get().pk), form())
    values = dict(Response.objects.get().answers.values_list("unsur__code", "value"))
    assert (values["sarana"], values["pengaduan"]) == (1, 2)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "t.csv"), (b"U1,U2\n3,3\n", "t.csv"), (b"<html></html>", "t.xlsx"), (b"PK\x03\x04", "t.xlsx")],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(world, period, content, name):
    response = upload(world.client(world.head), period, content, name)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert not RespondentTable.objects.exists()


def test_a_published_period_takes_no_table(world, period):
    client = world.client(world.head)
    upload(client, period, f"{HEAD}\n{','.join('3' * 9)}\n".encode())
    table = RespondentTable.objects.get()
    client.post(url("table-apply", table.pk), form())
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    IkmResult.objects.update(published_at=timezone.now())
    response = upload(client, period, f"{HEAD}\n{','.join('4' * 9)}\n".encode())
    assert (response.status_code, RespondentTable.objects.count(), Response.objects.count()) == (422, 1, 1)


def test_only_those_who_manage_the_survey(world, period):
    for who, expected in ((world.auditor, 403), (world.staff, 404), (world.foreigner, 404)):
        assert (
            upload(world.client(who), period, f"{HEAD}\n{','.join('3' * 9)}\n".encode()).status_code
            == expected
        )
    assert not RespondentTable.objects.exists()


def test_a_period_of_an_earlier_regulation(world, tmp_path):
    service = world.make_service()
    path = tmp_path / "lama.csv"
    head = ",".join(f"U{number}" for number in range(1, 15))
    path.write_text(f"{head}\n{','.join('3' * 14)}\n{','.join('4' * 14)}\n", encoding="utf-8")
    options = {"service": service.code, "period": "2011", "regime": "KEP/25/2004"}
    with (tmp_path / "out").open("w") as out:
        call_command("import_skm", str(path), **options, stdout=out)
    stored = SurveyPeriod.objects.get()
    assert (stored.questionnaire.regime, stored.sampling) == ("KEP/25/2004", "unrecorded")
    found = IkmResult.objects.get(n__gt=0)
    # 87.50 is an A under the old bands, and a B today.
    assert (str(found.ikm), found.service_grade, found.regime) == ("87.50", "A", "KEP/25/2004")
    with pytest.raises(CommandError, match="follows"):
        call_command("import_skm", str(path), **{**options, "regime": "16/2014"})
    with pytest.raises(CommandError, match="superseded"):
        call_command("import_skm", str(path), **{**options, "period": str(timezone.now().year)})
    assert Response.objects.count() == 2


def test_a_large_table_is_taken_over_by_a_job_once(world, period, monkeypatch):
    monkeypatch.setattr(respondent_views, "AT_ONCE", 10)
    client = world.client(world.head)
    upload(client, period, (DATA / "skm-respondents.csv").read_bytes())
    table = RespondentTable.objects.get()
    for _ in range(2):
        client.post(url("table-apply", table.pk), form())
    job = Job.objects.get(kind="feedback.apply_table")
    assert not Response.objects.exists()
    assert client.get(url("table-detail", table.pk)).context["job"] == job
    long_jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.result["added"], Response.objects.count()) == ("done", 49, 49)
    assert client.get(url("table-detail", table.pk)).context["found"]["added"] == 49
    client.post(url("table-apply", table.pk), form())
    assert (Job.objects.count(), Response.objects.count()) == (1, 49)


def test_every_problem_can_be_downloaded(world, period, monkeypatch):
    monkeypatch.setattr(respondent_tables, "LISTED_PROBLEMS", 1)
    client = world.client(world.head)
    bad = ",".join("3" * 8)
    upload(client, period, f"resp_no,{HEAD}\n1,{bad},7\n2,{bad},=1\n3,{bad},3\n3,{bad},4\n".encode())
    table = RespondentTable.objects.get()
    page = client.get(url("table-detail", table.pk))
    assert (len(page.context["problems"]), table.preview["more_problems"], table.preview["left_out"]) == (
        1,
        2,
        3,
    )
    lines = (
        b"".join(client.get(url("table-problems", table.pk)).streaming_content)
        .decode("utf-8-sig")
        .splitlines()
    )
    assert [line.split(";")[0] for line in lines[1:]] == ["2", "3", "5"]


def test_columns_are_called_as_in_the_table(world, period):
    client = world.client(world.head)
    good = ",".join("3" * 9)
    upload(client, period, f"{HEAD},Jenis Kelamin,Usia\n{good},X,tua\n".encode())
    table = RespondentTable.objects.get()
    page = client.get(url("table-detail", table.pk))
    assert [problem["column"] for problem in page.context["problems"]] == ["Jenis Kelamin", "Usia"]
    lines = b"".join(client.get(url("table-problems", table.pk)).streaming_content).decode("utf-8-sig")
    assert [line.split(";")[1] for line in lines.splitlines()[1:]] == ["Jenis Kelamin", "Usia"]


def test_who_forgot_the_order_is_told_to_choose_the_file_again(world, period):
    client = world.client(world.head)
    again = "Please choose the file again: browsers forget it after an error."
    response = upload(client, period, f"{HEAD}\n".encode(), order="")
    assert (response.status_code, RespondentTable.objects.count()) == (422, 0)
    assert says(response, again)
    missing = client.post(url("table-upload", period.pk), form(order="pengaduan"))
    assert missing.status_code == 422
    assert not says(missing, again)


def test_a_page_takes_twenty_megabytes(world, period):
    response = upload(world.client(world.head), period, f"{HEAD}\n".encode() + b" " * 20_000_000)
    assert response.status_code == 422
    assert not RespondentTable.objects.exists()
