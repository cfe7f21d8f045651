"""A worker is killed with -9 in the middle of a job; after the restart everything is there, and once."""

import time
from collections.abc import Callable

import pytest

from .site import Site

pytestmark = pytest.mark.browser

ROWS = 800
PREPARE = """
from django.utils import timezone
from apps.accounts.models import User
from apps.core import long_jobs
from apps.employees.models import Government
from apps.employees.services import staff_import
government = Government.objects.get(code="kota-tahan")
officer = User.objects.get(login="petugas@tahan.example")
head = "nip,nama,status,golongan,kode unit,nama unit,kode unit induk,jenis unit,jabatan,jenis jabatan,jenjang,kepala unit,tmt jabatan\\n"
rows = "".join(
    f"197503032000011{number:03d},Peraga {number},PNS,III/a,U1,Dinas Contoh,ROOT,dinas,Analis,jf,ahli_muda,tidak,2023-01-02\\n"
    for number in range(1, ROWS + 1)
)
batch = staff_import.check_file(
    government=government, content=(head + rows).encode(), file_name="pegawai.csv", by=officer, at=timezone.now()
)
assert batch.summary["good"] == ROWS, batch.summary
print("BATCH", batch.pk)
"""  # noqa: E501 - one line of a file each
START = """
from apps.accounts.models import User
from apps.core import long_jobs
officer = User.objects.get(login="petugas@tahan.example")
job = long_jobs.start(
    "employees.apply_import", owner=officer, scope="kota-tahan", batch_id=BATCH, by_id=officer.pk
)
print("JOB", job.pk)
"""
# The import takes 500 rows in one transaction; a row of the second portion is held until the worker is dead,
# so that the kill falls into the middle on a fast machine too.
HOLD = "SELECT 1 FROM employees_importrow WHERE batch_id = %s AND row_number > 600 FOR UPDATE"


def wait_for(reached: Callable[[], bool], what: str, seconds: float = 90) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < until, f"did not see: {what}"
        time.sleep(0.02)


def test_a_killed_worker_costs_nothing(site: Site) -> None:
    site.manage(
        "add_government", "kota-tahan", "--name", "Kota Tahan", "--zone", "WIT", "--place", "Tahan",
        "--officer", "petugas@tahan.example",
    )  # fmt: skip
    batch = site.manage("shell", "-c", PREPARE.replace("ROWS", str(ROWS))).split("BATCH ")[1].strip()

    def people() -> int:
        found = site.query(
            "SELECT count(*) FROM employees_employee e JOIN employees_government g ON g.id = e.government_id "
            "WHERE g.code = 'kota-tahan'"
        )
        return int(found[0][0])

    with site.holding(HOLD, batch):
        job = site.manage("shell", "-c", START.replace("BATCH", batch)).split("JOB ")[1].strip()
        wait_for(lambda: people() > 0, "the first portion of the list")
        site.kill_process("worker")
    in_the_middle = people()
    assert 0 < in_the_middle < ROWS, "the kill must hit the middle of the work"
    assert site.query("SELECT status FROM core_job WHERE id = %s", job) == [("running",)]

    site.start_process("worker")
    wait_for(
        lambda: site.query("SELECT status FROM core_job WHERE id = %s", job) == [("done",)], "the job done"
    )
    assert people() == ROWS
    assert site.query("SELECT result->>'new' FROM core_job WHERE id = %s", job) == [(str(ROWS),)]
    placed = site.query(
        "SELECT count(*), count(DISTINCT p.employee_id) FROM employees_placement p "
        "JOIN employees_employee e ON e.id = p.employee_id "
        "JOIN employees_government g ON g.id = e.government_id WHERE g.code = 'kota-tahan'"
    )
    assert placed == [(ROWS, ROWS)]
    assert "BROKEN" not in site.manage("verify_audit")
