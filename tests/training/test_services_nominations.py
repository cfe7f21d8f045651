"""From a named deed to its recognition; nobody judges what they have a part in, and votes stay blind."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from apps.core import policy
from apps.core.models import AuditEntry, Notification
from apps.employees.models import AppraiserLink, Position, RoleAssignment, SupervisionLoan
from apps.training.models import Juror, Nomination, Recognition
from apps.training.services import nominations as services
from tests.training.juries import AT, DEED, before_the_jury, checked, jury_of, named, thank

pytestmark = pytest.mark.django_db


def _vote(world: Any, nomination: Nomination, *ballots: str) -> None:
    for juror, ballot in zip(world.jury, ballots, strict=False):
        services.vote(nomination_id=nomination.pk, ballot=ballot, reason="Berdampak.", by=juror, at=AT)


def _conclude(world: Any, nomination: Nomination, **values: Any) -> Any:
    options = {"reason": "Antrean turun separuh.", "by": world.personnel_officer, "at": AT, **values}
    return services.conclude(nomination_id=nomination.pk, **options)


def test_a_jury_awards_a_deed(world: Any) -> None:
    nomination = before_the_jury(world)
    assert nomination.source == "peer"
    _vote(world, nomination, "yes", "no", "yes")
    with pytest.raises(services.ReasonMissing):
        _conclude(world, nomination, reason=" ")
    assert not Recognition.objects.exists()
    decided, found = _conclude(world, nomination)
    assert (decided.status, found.yes, found.no) == ("awarded", 2, 1)
    recognition = Recognition.objects.get()
    assert decided.recognition == recognition
    assert (recognition.employee, recognition.given_by, recognition.reason) == (
        world.staff,
        world.jury[0],
        DEED["effect"],
    )
    assert decided.basis == {
        "rule": "jury/1",
        "minimum_votes": 3,
        "tie": "declined",
        "yes": 2,
        "no": 1,
        "abstained": 0,
        "is_tie": False,
    }
    told = Notification.objects.filter(recipient__in=[world.staff.user, world.colleague.user])
    assert told.filter(recipient=world.staff.user).count() == 1
    assert told.filter(recipient=world.colleague.user).count() == 2
    entries = AuditEntry.objects.filter(action__startswith="training.nomination.")
    assert not any("yes" in entry.data for entry in entries.filter(action__endswith="voted"))
    with pytest.raises(services.TransitionNotAllowed):
        _vote(world, nomination, "no")


def test_a_jury_declines_and_says_why(world: Any) -> None:
    nomination = before_the_jury(world)
    _vote(world, nomination, "no", "abstain", "no")
    with pytest.raises(services.TooFewVotes) as missing:
        _conclude(world, nomination)
    assert missing.value.missing == 1
    _vote(world, nomination, "no", "yes")
    decided, _found = _conclude(world, nomination, reason="Belum ada dampak yang terukur.")
    assert (decided.status, decided.recognition) == ("declined", None)
    assert not Recognition.objects.exists()


def test_a_tie_is_what_the_policy_of_the_day_says(world: Any) -> None:
    for day, key, value in (("2026-10-01", "tie", "chair"), ("2026-10-01", "minimum_votes", 2)):
        policy.set_value(
            f"training.jury_{key}",
            value,
            scope=world.government.code,
            valid_from=date.fromisoformat(day),
            by=None,
            reason="uji",
        )
    nomination = before_the_jury(world)
    _vote(world, nomination, "yes", "no")
    decided, found = _conclude(world, nomination)
    assert (decided.status, found.is_tie) == ("awarded", True)


@pytest.mark.parametrize("who", ["staff", "colleague", "head", "in_unit"])
def test_whoever_has_a_part_in_it_is_no_juror(world: Any, who: str) -> None:
    world.in_unit = world.make_employee("Rekan Seunit", world.unit)
    nomination = checked(world)
    with pytest.raises(services.ConflictOfInterest):
        services.add_juror(
            nomination_id=nomination.pk, employee=getattr(world, who), by=world.personnel_officer, at=AT
        )
    assert not Juror.objects.exists()


def test_the_nominees_own_people_and_whoever_supervises_on_loan_are_no_jurors(world: Any) -> None:
    AppraiserLink.objects.filter(employee=world.stranger).update(appraiser=world.staff)
    SupervisionLoan.objects.create(
        employee=world.staff,
        lender=world.head,
        holder=world.stranger_head,
        kind="load",
        reason="Beban",
        granted_at=AT,
        period=DateRange(date(2026, 10, 1), date(2026, 12, 1)),
    )
    nomination = checked(world)
    for person, why in ((world.stranger, "appraisee"), (world.stranger_head, "appraiser")):
        with pytest.raises(services.ConflictOfInterest) as refused:
            services.add_juror(
                nomination_id=nomination.pk, employee=person, by=world.personnel_officer, at=AT
            )
        assert refused.value.conflicts == (why,)
    assert not Juror.objects.exists()


def test_a_part_that_somebody_got_later_counts_too(world: Any) -> None:
    nomination = before_the_jury(world)
    moved = world.jury[1]
    Position.objects.filter(placements__employee=moved).update(unit=world.unit)
    with pytest.raises(services.ConflictOfInterest):
        services.vote(nomination_id=nomination.pk, ballot="yes", reason="Ya.", by=moved, at=AT)
    assert not Juror.objects.exclude(ballot="").exists()


def test_only_the_office_prepares_and_never_its_own(world: Any) -> None:
    nomination = named(world)
    for who in (world.head, world.stranger_head, world.auditor, world.other.personnel_officer):
        with pytest.raises(services.NotTheOffice):
            services.check(nomination_id=nomination.pk, note="Ada.", by=who, at=AT)
    RoleAssignment.objects.create(
        user=world.colleague.user,
        role="training_officer",
        unit=world.root,
        period=DateRange(date(2025, 1, 1), None),
    )
    with pytest.raises(services.NotTheOffice):
        services.check(nomination_id=nomination.pk, note="Ada.", by=world.colleague, at=AT)
    assert Nomination.objects.get().status == "nominated"


def test_a_jury_needs_people_and_a_chair(world: Any) -> None:
    nomination = checked(world)
    jury = jury_of(world)
    options = {"nomination_id": nomination.pk, "by": world.personnel_officer, "at": AT}
    for person in jury[:2]:
        services.add_juror(employee=person, **options)
    with pytest.raises(services.AlreadyJuror):
        services.add_juror(employee=jury[0], **options)
    with pytest.raises(services.JuryTooSmall):
        services.convene(chair_id=jury[0].pk, **options)
    services.add_juror(employee=jury[2], **options)
    with pytest.raises(services.ChairMissing):
        services.convene(chair_id=world.head.pk, **options)
    services.remove_juror(employee_id=jury[2].pk, **options)
    with pytest.raises(services.NotAJuror):
        services.remove_juror(employee_id=jury[2].pk, **options)
    with pytest.raises(services.NotOfThisGovernment):
        services.add_juror(employee=world.foreigner, **options)
    assert Nomination.objects.get().status == "checked"


def test_who_may_be_named(world: Any) -> None:
    with pytest.raises(services.NominationOfOneself):
        named(world, by=world.staff)
    with pytest.raises(services.NotOfThisGovernment):
        named(world, employee=world.foreigner)
    with pytest.raises(services.NotOfThisGovernment):
        named(world, employee=None, unit=world.other.unit)
    assert not Nomination.objects.exists()
    assert named(world, by=world.head).source == "supervisor"
    assert named(world, employee=None, unit=world.unit, by=world.stranger).source == "peer"


def test_citizens_name_by_number_alone(world: Any) -> None:
    unit = {"employee": None, "unit": world.unit, "from_public": True}
    thank(world, 9)
    with pytest.raises(services.TooFewThanks):
        named(world, by=world.head, **unit)
    thank(world, 3)
    with pytest.raises(services.NotTheOffice):
        named(world, by=world.colleague, **unit)
    with pytest.raises(services.TooFewThanks):
        named(world, by=world.head, from_public=True)
    assert not Nomination.objects.exists()
    made = named(world, by=world.head, **unit)
    assert (made.source, made.thanks_count, made.thanks_to) == ("public", 12, date(2026, 10, 12))
    assert made.thanks_from == date(2026, 10, 12) - timedelta(days=90)


def test_before_the_jury_the_office_declines_with_a_reason(world: Any) -> None:
    nomination = named(world)
    with pytest.raises(services.ReasonMissing):
        services.decline(nomination_id=nomination.pk, reason=" ", by=world.personnel_officer, at=AT)
    assert Nomination.objects.get().status == "nominated"
    services.decline(nomination_id=nomination.pk, reason="Tidak terjadi.", by=world.personnel_officer, at=AT)
    assert Nomination.objects.get().decision_reason == "Tidak terjadi."


def test_once_a_jury_judges_the_office_declines_nothing(world: Any) -> None:
    nomination = before_the_jury(world)
    with pytest.raises(services.TransitionNotAllowed):
        services.decline(nomination_id=nomination.pk, reason="Saya.", by=world.personnel_officer, at=AT)
    assert Nomination.objects.get().status == "jury"


def test_the_database_refuses_what_must_not_be(world: Any) -> None:
    nomination = before_the_jury(world)
    rows = Nomination.objects.filter(pk=nomination.pk)
    for constraint, values in (
        ("nomination_status_is_a_known_one", {"status": "x"}),
        ("nomination_decided_with_a_reason", {"decided_at": AT}),
        (
            "nomination_awarded_with_its_recognition",
            {"status": "awarded", "decided_at": AT, "decision_reason": "x"},
        ),
        ("nomination_not_of_oneself", {"nominated_by": world.staff}),
        ("nomination_thanks_of_citizens_are_for_units", {"thanks_count": 3}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows.update(**values)
    for constraint, change in (
        ("juror_one_chair_per_nomination", {"is_chair": True}),
        ("juror_voted_with_its_time", {"ballot": "yes"}),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Juror.objects.update(**change)
    _vote(world, nomination, "no", "no", "no")
    _conclude(world, nomination)
    with pytest.raises(DatabaseError, match="has decided"), transaction.atomic():
        Juror.objects.update(ballot="yes")


# --- withdrawing


@pytest.mark.parametrize("make", [named, checked, before_the_jury])
def test_what_one_named_can_be_withdrawn_until_the_decision(world: Any, make: Any) -> None:
    nomination = make(world)
    jury_asked = nomination.status == "jury"
    withdrawn = services.withdraw(nomination_id=nomination.pk, by=world.colleague, at=AT)
    assert (withdrawn.status, withdrawn.withdrawn_at) == ("withdrawn", AT)
    assert AuditEntry.objects.filter(action="training.nomination.withdrawn").count() == 1
    told = Notification.objects.filter(text__contains="the nomination was withdrawn").count()
    assert told == (3 if jury_asked else 0)
    if jury_asked:
        with pytest.raises(services.TransitionNotAllowed):
            _vote(world, nomination, "yes")


@pytest.mark.parametrize("case", ["somebody else", "the office", "twice", "decided"])
def test_a_withdrawing_is_refused(world: Any, case: str) -> None:
    nomination, by, error = before_the_jury(world), world.colleague, services.TransitionNotAllowed
    if case == "somebody else":
        by, error = world.staff, services.NotTheNominator
    elif case == "the office":
        by, error = world.head, services.NotTheNominator
    elif case == "twice":
        services.withdraw(nomination_id=nomination.pk, by=by, at=AT)
    else:
        _vote(world, nomination, "yes", "yes", "yes")
        _conclude(world, nomination)
    before = (Nomination.objects.values().get(), Notification.objects.count())
    with pytest.raises(error):
        services.withdraw(nomination_id=nomination.pk, by=by, at=AT + timedelta(days=1))
    assert (Nomination.objects.values().get(), Notification.objects.count()) == before


@pytest.mark.parametrize("values", [{"status": "withdrawn"}, {"withdrawn_at": AT}])
def test_the_table_knows_no_half_withdrawn_nomination(world: Any, values: dict[str, Any]) -> None:
    nomination = named(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Nomination.objects.filter(pk=nomination.pk).update(**values)
