"""G8: an import costs at most 4 x reading its file and copying it into the same tables.

Staff: the case is what an office does, `check_file` and then `apply_batch`: every cell cleaned, every row compared with
the state of the government, its sentence kept, then people, accounts, places and appraisers in portions, with an audit
entry for each person. The limit reads the same CSV with nothing but Python's csv module and copies people, accounts,
places and appraisers into the same tables with their keys and constraints, in one transaction. It is spared cleaning,
messages, the rows on display, comparison, portions, units and posts (they are there) and audit.
The figures of SIASN are imitated: units with a head and eighteen others, a few posts each.

Survey responses: the case is the import of a table of respondents into a survey period, with the index added up at the
end; the limit reads the same CSV with the csv module and copies responses and answers into the same tables.

BENCH_IMPORT_STAFF=10000 (rows of the list), BENCH_IMPORT_RESPONSES=100000
"""

import csv
import io
import os
from datetime import UTC, date, datetime
from itertools import islice

from bench.context import Context, Region
from bench.goals.g01_closing import in_a_process
from bench.harness import Figure, Goal

STAFF = int(os.environ.get("BENCH_IMPORT_STAFF", "10000"))
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
RESPONSES = int(os.environ.get("BENCH_IMPORT_RESPONSES", "100000"))
PER_UNIT = 19
ASKED = 9
PORTION = 50_000
TITLES = (
    "NIP", "Nama", "Gelar Belakang", "Status", "Golongan", "Kode Unit", "Nama Unit", "Kode Unit Induk", "Jenis Unit",
    "Jabatan", "Jenis Jabatan", "Jenjang", "Pimpinan Unit", "TMT Jabatan", "NIP Atasan", "Email",
)  # fmt: skip


def goals(context: Context) -> list[Goal | Figure]:
    """Return the goals in a copy of the smallest region; a number of 0 leaves its goal out."""
    region = context.own_region(min(context.sizes))
    return [*(_staff_goals(region) if STAFF else []), *(_response_goals(region) if RESPONSES else [])]


def _response_goals(region: Region) -> list[Goal | Figure]:
    table = ResponseImport(region, RESPONSES)
    return [
        Goal(
            "G8",
            "survey responses: import / read and COPY",
            case=table.by_import,
            limit=table.by_copy,
            at_most=4,
            size=RESPONSES,
            rounds=3 if RESPONSES <= 100_000 else 1,
            before_case=table.take_back,
            before_limit=table.take_back,
            region=region,
        ),
        Figure("G8", "memory the import of responses added", table.memory, "MB", at_most=300, size=RESPONSES),
    ]


def _staff_goals(region: Region) -> list[Goal | Figure]:
    staff = StaffImport(region, STAFF)
    rounds = 5 if STAFF < 50_000 else 2
    return [
        Goal(
            "G8",
            "staff list: check and apply / read and COPY",
            case=staff.by_import,
            limit=staff.by_copy,
            at_most=4,
            size=STAFF,
            rounds=rounds,
            before_case=staff.take_back,
            before_limit=staff.take_back,
            region=staff.region,
        ),
        Figure("G8", "memory the import of staff added", staff.memory, "MB", at_most=300, size=STAFF),
    ]


class StaffImport:
    """A list of people nobody knows yet, for a government that has its units and posts but nobody in them."""

    def __init__(self, region: Region, count: int) -> None:
        self.region = region
        with region.use():
            from apps.employees.models import Position, WorkUnit
            from apps.employees.services import organization

            self.government = organization.add_government(
                code="bench-import", name="Kota Impor", zone="Asia/Makassar", place="Impor",
                brand="nasional", by=None,
            )  # fmt: skip
            root = WorkUnit.objects.get(government=self.government)
            units = organization.add_units(
                government=self.government,
                rows=[(f"U{n}", f"Dinas Contoh {n}", "dinas", root) for n in range(1, count // PER_UNIT + 2)],
                by=None,
            )
            Position.objects.bulk_create(
                Position(unit=unit, title=title, position_class=kind, is_head=kind == "jpt")
                for unit in units
                for title, kind in (
                    ("Kepala Dinas", "jpt"),
                    ("Analis Data", "pelaksana"),
                    ("Pengelola Surat", "pelaksana"),
                )
            )
            self.posts = {
                (code, title): pk
                for code, title, pk in Position.objects.filter(unit__government=self.government).values_list(
                    "unit__code", "title", "pk"
                )
            }
        self.content = staff_file(count)
        self._sql("ANALYZE")

    def by_import(self) -> None:
        """Check the list and apply it, as the page and the worker do."""
        from apps.employees.services import staff_import

        batch = staff_import.check_file(
            government=self.government, content=self.content, file_name="pegawai.csv", by=None, at=AT
        )
        counts = staff_import.apply_batch(batch_id=batch.pk, by=None, at=AT)
        assert counts["new"] == self.content.count(b"\n") - 1, (counts, batch.summary, batch.refusal)

    def by_copy(self) -> None:
        """Read the list and copy it into the same tables."""
        from django.db import transaction
        from django.db.backends.postgresql.psycopg_any import DateRange

        from apps.accounts.models import User
        from apps.core.copying import copy_rows, next_ids
        from apps.employees.models import AppraiserLink, Employee, Placement

        rows = list(csv.DictReader(io.StringIO(self.content.decode(), newline="")))
        with transaction.atomic():
            users, people = next_ids(User, len(rows)), next_ids(Employee, len(rows))
            ids = {row["NIP"]: pk for row, pk in zip(rows, people, strict=True)}
            since = DateRange(date(2024, 3, 1), None)
            copy_rows(
                User,
                ["id", "login", "display_name", "email", "password"],
                (
                    (pk, row["NIP"], row["Nama"], row["Email"], f"!{pk}")
                    for pk, row in zip(users, rows, strict=True)
                ),
            )
            copy_rows(
                Employee,
                ["id", "government_id", "user_id", "nip", "name", "title_after", "status", "golongan", "birth_date"],
                (
                    (
                        pk, self.government.pk, user, row["NIP"], row["Nama"], row["Gelar Belakang"],
                        row["Status"].lower(), row["Golongan"],
                        f"{row['NIP'][:4]}-{row['NIP'][4:6]}-{row['NIP'][6:8]}",
                    )
                    for pk, user, row in zip(people, users, rows, strict=True)
                ),
            )  # fmt: skip
            copy_rows(
                Placement,
                ["employee_id", "position_id", "period"],
                (
                    (pk, self.posts[row["Kode Unit"], row["Jabatan"]], since)
                    for pk, row in zip(people, rows, strict=True)
                ),
            )
            copy_rows(
                AppraiserLink,
                ["employee_id", "appraiser_id", "source", "period"],
                (
                    (pk, ids[row["NIP Atasan"]], "imported", since)
                    for pk, row in zip(people, rows, strict=True)
                    if row["NIP Atasan"]
                ),
            )

    def take_back(self) -> None:
        """Put the tables back as they were: nobody in the government."""
        people = "SELECT id FROM employees_employee WHERE government_id = %s"
        batches = "SELECT id FROM employees_importbatch WHERE government_id = %s"
        self._sql("SET session_replication_role = replica")
        self._sql(f"DELETE FROM employees_appraiserlink WHERE employee_id IN ({people})")
        self._sql(f"DELETE FROM employees_placement WHERE employee_id IN ({people})")
        self._sql("DELETE FROM accounts_user WHERE email LIKE '%%@impor.example' AND %s > 0")
        self._sql("DELETE FROM employees_employee WHERE government_id = %s")
        self._sql(f"DELETE FROM employees_importrow WHERE batch_id IN ({batches})")
        self._sql("DELETE FROM employees_importbatch WHERE government_id = %s")
        self._sql("SET session_replication_role = DEFAULT")
        for table in (
            "employees_appraiserlink", "employees_placement", "accounts_user", "employees_employee",
            "employees_importrow", "core_auditentry",
        ):  # fmt: skip
            self._sql(f"VACUUM (ANALYZE) {table}")

    def memory(self) -> float:
        """Return by how many megabytes a process grows that checks and applies the list."""
        self.take_back()
        return in_a_process(self.region, self.by_import)

    def _sql(self, statement: str) -> None:
        with self.region.use():
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute(statement, [self.government.pk] if "%s" in statement else None)


class ResponseImport:
    """A table of respondents of an earlier year, for a service that was surveyed on paper then."""

    def __init__(self, region: Region, count: int) -> None:
        self.region = region
        with region.use():
            from apps.feedback.models import Service
            from apps.feedback.services import surveys

            service = Service.objects.select_related("unit__government").order_by("pk").first()
            assert service is not None
            self.period = surveys.open_survey_period(
                service=service, code="2019", label="Tahun 2019", starts_on=date(2019, 1, 1),
                ends_on=date(2019, 12, 31), population=None, sampling="unrecorded", by=None, at=AT,
            )  # fmt: skip
            self.unsur = [row.pk for row in self.period.questionnaire.unsur.all()][:ASKED]
        self.content = response_file(count)
        self.count = count

    def by_import(self) -> None:
        """Import the table, as the worker and the command do."""
        from apps.feedback.services import skm_import

        report = skm_import.import_respondents(
            survey_period=self.period, source=self.content, file_name="responden.csv", by=None, at=AT
        )
        assert (report.added, report.problem_count) == (self.count, 0), report
        assert report.result is not None
        assert report.result.n == self.count

    def by_copy(self) -> None:
        """Read the table and copy it into the same tables."""
        from django.db import transaction

        from apps.core.copying import copy_rows, next_ids
        from apps.feedback.models import Answer, Response

        period, service = self.period, self.period.service
        government = service.unit.government_id
        rows = csv.reader(io.TextIOWrapper(io.BytesIO(self.content), "utf-8", newline=""))
        next(rows)
        with transaction.atomic():
            while portion := list(islice(rows, PORTION)):
                ids = next_ids(Response, len(portion))
                copy_rows(
                    Response,
                    ["id", "government_id", "service_id", "survey_period_id", "channel", "tier", "hour", "sex",
                     "education", "occupation", "remark", "import_key"],
                    (
                        (
                            pk, government, service.pk, period.pk, "import", "terverifikasi", "2019-12-31T00:00Z",
                            row[10], row[12].lower(), row[13].lower(), row[14], f"bench:{period.pk}:{row[0]}",
                        )
                        for pk, row in zip(ids, portion, strict=True)
                    ),
                )  # fmt: skip
                copy_rows(
                    Answer,
                    ["response_id", "unsur_id", "value", "year"],
                    (
                        (pk, unsur, value, "2019-01-01")
                        for pk, row in zip(ids, portion, strict=True)
                        for unsur, value in zip(self.unsur, row[1 : ASKED + 1], strict=True)
                    ),
                )

    def take_back(self) -> None:
        """Put the tables back as they were: nobody answered in the period."""
        with self.region.use():
            from django.db import connection

            from apps.feedback.models import IkmResult

            results = "SELECT id FROM feedback_ikmresult WHERE survey_period_id = %s"
            responses = "SELECT id FROM feedback_response WHERE survey_period_id = %s"
            with connection.cursor() as cursor:
                cursor.execute("SET statement_timeout = 0")
                cursor.execute("SET session_replication_role = replica")
                for relation in IkmResult._meta.related_objects:
                    table, column = relation.related_model._meta.db_table, relation.field.column
                    cursor.execute(f'DELETE FROM {table} WHERE "{column}" IN ({results})', [self.period.pk])
                cursor.execute(
                    f"DELETE FROM feedback_answer WHERE response_id IN ({responses})", [self.period.pk]
                )
                for table in ("ikmresult", "surveytally", "response"):
                    cursor.execute(
                        f"DELETE FROM feedback_{table} WHERE survey_period_id = %s", [self.period.pk]
                    )
                cursor.execute("SET session_replication_role = DEFAULT")
                for table in ("feedback_answer", "feedback_response", "core_auditentry"):
                    cursor.execute(f"VACUUM (ANALYZE) {table}")
                cursor.execute("RESET statement_timeout")

    def memory(self) -> float:
        """Return by how many megabytes a process grows that imports the table."""
        self.take_back()
        return in_a_process(self.region, self.by_import)


def response_file(count: int) -> bytes:
    """Return a table of so many respondents."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, lineterminator="\n")
    numbers = [f"U{number}" for number in range(1, ASKED + 1)]
    writer.writerow(
        ["resp_no", *numbers, "Jenis Kelamin", "Usia", "Pendidikan", "Pekerjaan", "Saran", "Tanggal"]
    )
    for n in range(count):
        answers = [2 + (n // 3**place) % 3 for place in range(ASKED)]
        writer.writerow(
            [
                n + 1, *answers, "LP"[n % 2], 18 + n % 60, ("SMA", "S1", "SMP")[n % 3], ("PNS", "Swasta")[n % 2],
                "Antrean lama" if n % 20 == 0 else "", f"{1 + n % 28:02}-{1 + n % 12:02}-2019",
            ]
        )  # fmt: skip
    return output.getvalue().encode()


def staff_file(count: int) -> bytes:
    """Return a staff list of so many people in units of nineteen; the first of each unit leads it."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(TITLES)
    for n in range(count):
        unit, place = divmod(n, PER_UNIT)
        code = f"U{unit + 1}"
        is_head = place == 0
        writer.writerow(
            [
                nip(n), f"Contoh Pegawai {n}", "S.Sos.", "PNS", ("III/b", "III/c", "IV/a")[n % 3],
                code, f"Dinas Contoh {unit + 1}", "ROOT", "dinas",
                "Kepala Dinas" if is_head else ("Analis Data", "Pengelola Surat")[n % 2],
                "JPT" if is_head else "Pelaksana", "", "ya" if is_head else "", "01-03-2024",
                "" if is_head else nip(n - place), f"pegawai{n}@impor.example",
            ]
        )  # fmt: skip
    return output.getvalue().encode()


def nip(number: int) -> str:
    """Return the NIP of nobody, well formed and different for each number."""
    number, sequence = divmod(number, 900)
    number, day = divmod(number, 28)
    number, month = divmod(number, 12)
    return f"{1970 + number:04}{month + 1:02}{day + 1:02}200503{1 + sequence % 2}{sequence + 1:03}"
