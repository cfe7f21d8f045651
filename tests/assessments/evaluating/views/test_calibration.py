"""/pengawas/kalibrasi/: open, compare, move, comment, close; and what the person reads afterwards."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.assessments.models import (
    CalibrationComment,
    CalibrationSession,
    DistributionStatement,
    RatingChange,
)
from apps.assessments.services import achievements, calibration, evaluations

from ..conftest import DELIVERED_AT, RATED_AT

pytestmark = pytest.mark.django_db

ABOVE, MEETS = "above_expectation", "meets_expectation"


def _session(world: Any, period: Any, **options: Any) -> CalibrationSession:
    return calibration.open_session(
        unit=world.unit, period=period, by=world.agency_head, at=RATED_AT, **options
    )


def _move(session: Any, evaluation: Any, world: Any) -> RatingChange:
    return calibration.move_rating(
        session_id=session.pk,
        evaluation_id=evaluation.pk,
        work_result=MEETS,
        behavior=ABOVE,
        reason="Standar yang sama dengan unit lain.",
        by=world.agency_head,
        at=RATED_AT,
    )


def test_from_opening_to_closing(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff)
    client = world.client(world.agency_head)
    base = f"/pengawas/penilaian/{period.pk}/kalibrasi/{world.unit.pk}/"
    assert client.get(base).status_code == 200
    key = str(uuid.uuid4())
    data = {"note": "Menyamakan.", "participants": [world.head.pk], "_key": key}
    opened = client.post(base, data)
    assert (opened.status_code, client.post(base, data).url) == (302, opened.url)
    session = CalibrationSession.objects.get()
    move = f"{opened.url}ubah/{evaluation.pk}/"
    assert client.post(move, {"work_result": MEETS, "behavior": ABOVE, "reason": ""}).status_code == 422
    assert client.post(move, {"work_result": MEETS, "behavior": MEETS, "reason": "Sama."}).status_code == 422
    assert not RatingChange.objects.filter(session=session).exists()
    assert client.post(move, {"work_result": MEETS, "behavior": ABOVE, "reason": "Ya."}).status_code == 302
    change = RatingChange.objects.get(session=session)
    head = world.client(world.head)
    comment = f"{opened.url}tanggapan/{change.pk}/"
    assert head.get(comment).status_code == 200
    assert head.post(comment, {"text": "Setuju."}).status_code == 302
    assert CalibrationComment.objects.get().text == "Setuju."
    assert "Setuju." in client.get(opened.url).content.decode()
    assert client.post(f"{opened.url}tutup/").status_code == 200
    session.refresh_from_db()
    assert session.status == "open"
    assert client.post(f"{opened.url}tutup/", {"confirmed": "1"}).status_code == 302
    session.refresh_from_db()
    assert session.status == "closed"
    assert client.get(move).status_code == 302
    assert head.post(comment, {"text": "Lagi."}).status_code == 302
    assert CalibrationComment.objects.count() == 1


def test_the_person_reads_both_with_author_and_reason(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff)
    session = _session(world, period)
    _move(session, evaluation, world)
    calibration.close_session(session_id=session.pk, by=world.agency_head, at=RATED_AT)
    evaluations.deliver_evaluation(evaluation_id=evaluation.pk, by=world.head, at=DELIVERED_AT)
    page = world.client(world.staff).get(f"/nilai/{evaluation.pk}/")
    row = page.context["calibration"]
    assert (row.original.behavior_rating, row.latest.behavior_rating) == (MEETS, ABOVE)
    text = page.content.decode()
    assert "Standar yang sama dengan unit lain." in text
    assert world.agency_head.full_name in text
    assert 'data-stage="original"' in text
    assert world.client(world.staff).get(f"/pengawas/kalibrasi/{session.pk}/").status_code == 404


def test_who_only_rated_some_sees_those_and_nobody_sees_their_own(
    world: Any, period: Any, rated: Any
) -> None:
    mine = rated(world.staff)
    other_appraiser = world.make_employee("Kepala Tata Usaha", world.unit, position_class="pengawas")
    theirs = rated(world.make_employee("Staf Tata Usaha", world.unit, appraiser=other_appraiser))
    session = _session(world, period)
    url = f"/pengawas/kalibrasi/{session.pk}/"

    def seen(who: Any) -> set[int]:
        return {row.evaluation.pk for row in world.client(who).get(url).context["rows"]}

    assert seen(other_appraiser) == {theirs.pk}
    assert seen(world.agency_head) == {mine.pk, theirs.pk}
    other_session_member = world.make_employee("Peserta", world.other_agency)
    assert world.client(other_session_member).get(url).status_code == 404
    session.participants.add(other_appraiser)
    assert seen(other_appraiser) == {mine.pk, theirs.pk}
    assert world.client(world.staff).get(url).status_code == 404


def test_a_reader_moves_and_closes_nothing(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff)
    session = _session(world, period)
    url = f"/pengawas/kalibrasi/{session.pk}/"
    for who in (world.auditor, world.personnel_officer):
        client = world.client(who)
        assert client.get(url).status_code == 200
        data = {"work_result": MEETS, "behavior": ABOVE, "reason": "x"}
        assert client.post(f"{url}ubah/{evaluation.pk}/", data).status_code == 403
        assert client.post(f"{url}tutup/", {"confirmed": "1"}).status_code == 403
        base = f"/pengawas/penilaian/{period.pk}/kalibrasi/{world.unit.pk}/"
        assert client.post(base, {"note": ""}).status_code == 403
    session.refresh_from_db()
    assert (session.status, RatingChange.objects.filter(session=session).count()) == ("open", 0)


def test_the_preview_of_the_hand_over_says_what_waits(world: Any, period: Any, rated: Any) -> None:
    evaluation = rated(world.staff)
    _session(world, period)
    client = world.client(world.head)
    url = f"/pengawas/penilaian/{period.pk}/serahkan/"
    page = client.get(url)
    assert (page.context["ready"], len(page.context["waits"])) == ([], 1)
    assert b"data-waits" in page.content
    client.post(f"/pengawas/penilaian/{period.pk}/nilai/{evaluation.pk}/serahkan/", {"talked": "on"})
    evaluation.refresh_from_db()
    assert evaluation.delivered_at is None


def test_the_table_costs_the_same_for_one_and_for_twenty(world: Any, period: Any, rated: Any) -> None:
    rows = [rated(world.staff)]
    session = _session(world, period)
    _move(session, rows[0], world)
    client = world.client(world.agency_head)

    def count() -> int:
        client.get(f"/pengawas/kalibrasi/{session.pk}/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/pengawas/kalibrasi/{session.pk}/").status_code == 200
        return len(queries)

    one = count()
    for number in range(19):
        evaluation = rated(world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head))
        _move(session, evaluation, world)
    assert count() == one


def test_the_reason_for_a_distribution_is_asked_for_and_kept(world: Any, period: Any, rated: Any) -> None:
    for number in range(5):
        rated(world.make_employee(f"Pegawai {number}", world.unit, appraiser=world.head))
    achievements.fix_achievement(
        unit=world.unit, period=period, org_predicate="baik", note="", by=world.agency_head, at=RATED_AT
    )
    url = f"/pengawas/penilaian/{period.pk}/sebaran/{world.unit.pk}/"
    assert world.client(world.auditor).post(url, {"reason": "x"}).status_code == 403
    client = world.client(world.head)
    assert client.get(url).context["form"] is not None
    assert client.post(url, {"reason": " "}).status_code == 422
    assert not DistributionStatement.objects.exists()
    assert client.post(url, {"reason": "Tim vaksin.", "_key": str(uuid.uuid4())}).status_code == 302
    page = client.get(url)
    assert page.context["is_explained"]
    assert "Tim vaksin." in page.content.decode()
    assert world.client(world.auditor).get(url).context["form"] is None


def test_who_waits_for_an_achievement_is_told_who_acts_and_may_remind(world: Any, period: Any) -> None:
    head = world.client(world.head)
    url = f"/pengawas/capaian/{period.pk}/"
    page = head.get(url)
    assert world.agency_head.full_name in page.content.decode()
    remind = f"{url}{world.unit.pk}/ingatkan/"
    assert remind in page.content.decode()
    assert head.post(remind).status_code == 302
    assert world.agency_head.user.notifications.count() == 1
    assert head.post(remind).status_code == 302
    assert world.agency_head.user.notifications.count() == 1
    for who, status in ((world.staff, 403), (world.stranger_head, 403), (world.foreigner, 404)):
        assert world.client(who).post(remind).status_code == status
    assert world.client(world.staff).get(url).context["waiting"] == []
