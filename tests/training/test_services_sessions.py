"""What happens in a session: attendance, learning check, completion, reactions, calendar, results as a table."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from openpyxl import Workbook, load_workbook

from apps.core import policy
from apps.core.models import AuditEntry
from apps.training.models import Attendance, Certificate, CheckAttempt, Enrolment, Reaction, Session
from apps.training.selectors.sessions import days_of, progress_of, reactions_of
from apps.training.services import attendance, calendars, checks, programmes, reactions, results_files

from .story import AT, make_session

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 10, 20, 1, 0, tzinfo=UTC)  # 09.00 WITA on the first day
LAST = FIRST + timedelta(days=1)
AFTER = FIRST + timedelta(days=2)


@pytest.fixture
def session(world: Any) -> Session:
    row = make_session(world, seats=9)
    Session.objects.filter(pk=row.pk).update(takes_attendance=True, begins=time(8), ends=time(15, 30))
    row.refresh_from_db()
    return row


@pytest.fixture
def place(world: Any, session: Session) -> Enrolment:
    return seat(world, session, world.staff)


def seat(world: Any, session: Session, employee: Any) -> Enrolment:
    return programmes.enrol(session=session, employee=employee, by=world.head, at=AT)


def ask(world: Any, session: Session) -> list[Any]:
    return [
        checks.add_question(
            programme=session.programme,
            text=f"Soal {number}",
            options=["benar", "salah", ""],
            right=0,
            by=world.personnel_officer,
            at=AT,
        )
        for number in range(4)
    ]


# --- attendance


def test_a_code_holds_for_two_slots_and_for_one_session(
    world: Any, session: Session, place: Enrolment
) -> None:
    code = attendance.code_at(session, FIRST)
    other = make_session(world)
    assert code != attendance.code_at(other, FIRST)
    assert code == attendance.code_at(session, FIRST + timedelta(seconds=59))
    for late in (timedelta(seconds=120), timedelta(hours=1), -timedelta(seconds=60)):
        with pytest.raises(attendance.CodeWrong):
            attendance.check_in(enrolment=place, code=code, at=FIRST + late)
    for text in ("", "AAAA-AAAA", code[:4]):
        with pytest.raises(attendance.CodeWrong):
            attendance.check_in(enrolment=place, code=text, at=FIRST)
    assert not Attendance.objects.exists()
    typed = code.lower().replace("-", " ").replace("1", "i").replace("0", "o")
    for _ in range(2):
        attendance.check_in(enrolment=place, code=typed, at=FIRST + timedelta(seconds=90))
    row = Attendance.objects.get()
    assert (row.day, row.way) == (date(2026, 10, 20), "code")


def test_without_a_seat_or_on_another_day_no_code_helps(
    world: Any, session: Session, place: Enrolment
) -> None:
    with pytest.raises(attendance.NotADayOfTheSession):
        attendance.check_in(enrolment=place, code=attendance.code_at(session, AFTER), at=AFTER)
    programmes.cancel_enrolment(enrolment=place, by=world.head, at=AT)
    with pytest.raises(attendance.NoSeat):
        attendance.check_in(enrolment=place, code=attendance.code_at(session, FIRST), at=FIRST)
    assert not Attendance.objects.exists()


def test_the_list_of_a_day_says_who_was_there(world: Any, session: Session, place: Enrolment) -> None:
    other = seat(world, session, world.colleague)
    stranger = seat(world, make_session(world), world.stranger)

    def save(present: list[int], day: date = date(2026, 10, 20)) -> int:
        return attendance.save_list(
            session=session, day=day, present=present, by=world.personnel_officer, at=FIRST
        )

    assert save([place.pk, stranger.pk]) == 1
    assert save([other.pk]) == 1
    assert list(Attendance.objects.values_list("enrolment", flat=True)) == [other.pk]
    entry = AuditEntry.objects.filter(action="training.attendance.saved").latest("pk")
    assert (entry.data["added"], entry.data["removed"]) == ([other.pk], [place.pk])
    for day in (date(2026, 10, 21), date(2026, 10, 19)):
        with pytest.raises(attendance.NotADayOfTheSession):
            save([place.pk], day)
    assert Attendance.objects.count() == 1


# --- learning check


def test_questions_are_never_edited_only_retired(world: Any, session: Session) -> None:
    for options, right in ((["a"], 0), (["a", "a"], 0), (["a", "b"], 2), (list("abcdef"), 0)):
        with pytest.raises(checks.QuestionWrong):
            checks.add_question(
                programme=session.programme, text="X", options=options, right=right, by=world.head, at=AT
            )
    question = ask(world, session)[0]
    checks.retire_question(question=question, by=world.head, at=AT)
    assert not any(row.pk == question.pk for row in session.programme.questions.filter(retired_at=None))


def test_before_once_and_after_until_passed(world: Any, session: Session, place: Enrolment) -> None:
    assert checks.open_moment(place, AT) is None, "no question, no check"
    keys = [question.pk for question in ask(world, session)]
    right, wrong = dict.fromkeys(keys, 0), dict.fromkeys(keys, 1)

    def take(moment: str, answers: dict[int, int], at: datetime) -> Decimal:
        return checks.take_check(enrolment=place, moment=moment, answers=answers, at=at).percent

    with pytest.raises(checks.CheckClosed):
        take("after", right, AT)
    for bad in ({}, {keys[0]: 0}, {**right, keys[0]: 2}, {**right, 999_999: 0}):
        with pytest.raises(checks.CheckChanged):
            take("before", bad, AT)
    assert not CheckAttempt.objects.exists()
    assert take("before", {**wrong, keys[0]: 0}, AT) == 25
    with pytest.raises(checks.CheckClosed):
        take("before", right, AT)
    assert take("after", wrong, LAST) == 0
    assert take("after", right, LAST) == 100
    with pytest.raises(checks.CheckClosed):
        take("after", right, LAST)
    record = CheckAttempt.objects.get(moment="before").record
    assert [row["chosen"] for row in record] == [0, 1, 1, 1]
    known = progress_of(session, [place])[place.pk]
    assert (known.before, known.after, known.attempts) == (25, 100, 2)


def test_tries_end(world: Any, session: Session, place: Enrolment) -> None:
    keys = [question.pk for question in ask(world, session)]
    for _ in range(3):
        checks.take_check(enrolment=place, moment="after", answers=dict.fromkeys(keys, 1), at=LAST)
    assert checks.open_moment(place, LAST) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckAttempt.objects.update(percent=101)


# --- completion


def complete(world: Any, place: Enrolment, at: datetime = AFTER) -> Certificate:
    return programmes.complete_enrolment(
        enrolment=place, certificate_number="1", by=world.personnel_officer, at=at
    )


def test_completion_needs_the_days_and_the_check(world: Any, session: Session, place: Enrolment) -> None:
    keys = [question.pk for question in ask(world, session)]
    assert days_of(session) == (date(2026, 10, 20), date(2026, 10, 21))

    def missing() -> list[str]:
        with pytest.raises(programmes.NotCompleted) as error:
            complete(world, place)
        assert not Certificate.objects.exists()
        return [str(code) for code in error.value.missing]

    attendance.check_in(enrolment=place, code=attendance.code_at(session, FIRST), at=FIRST)
    assert missing() == ["attendance", "check_open"]
    attendance.check_in(enrolment=place, code=attendance.code_at(session, LAST), at=LAST)
    assert missing() == ["check_open"]
    checks.take_check(enrolment=place, moment="after", answers=dict.fromkeys(keys, 1), at=LAST)
    assert missing() == ["check_failed"]
    policy.set_value(
        "training.check_pass_percent", 0, scope="kendari", valid_from=date(2026, 1, 1), by=None, reason="uji"
    )
    assert complete(world, place).status == "verified"


# --- reactions


def test_reactions_have_no_name_and_wait_for_enough(world: Any, session: Session) -> None:
    people = [world.make_employee(f"Peserta {number}", world.unit) for number in range(5)]
    places = [seat(world, session, person) for person in people]

    def say(row: Enrolment, at: datetime = AFTER) -> None:
        reactions.react(enrolment=row, useful=4, well_taught=3, will_use=2, at=at)

    with pytest.raises(reactions.ReactionClosed):
        say(places[0], FIRST)
    with pytest.raises(reactions.ReactionClosed):
        say(places[0], AFTER + timedelta(days=30))
    for row in places[:4]:
        say(row)
    with pytest.raises(reactions.AlreadyReacted):
        say(places[0])
    assert Reaction.objects.count() == 4
    assert reactions_of(session, date(2026, 10, 22)) is None, "answers still come in"
    assert reactions_of(session, date(2026, 12, 1)) is None, "four are under the minimum"
    say(places[4])
    found = reactions_of(session, date(2026, 10, 22))
    assert found is not None
    assert (found.n, found.useful, found.will_use) == (5, Decimal("4.0"), Decimal("2.0"))
    assert {field.name for field in Reaction._meta.fields} == {
        "id",
        "session",
        "useful",
        "well_taught",
        "will_use",
    }
    assert not AuditEntry.objects.filter(action__contains="reaction").exists()


# --- calendar


def test_the_personal_calendar_has_sessions_and_no_name(
    world: Any, session: Session, place: Enrolment
) -> None:
    address = calendars.make_address(employee=world.staff, by=world.staff, at=AT)
    token = calendars.token_of(address)
    assert calendars.address_by_token(token) == address
    text = calendars.personal_calendar(world.staff, at=AT).decode()
    # 08.00 to 15.30 WITA, on both days.
    assert "DTSTART:20261020T000000Z\r\nDTEND:20261020T073000Z" in text
    assert text.count("BEGIN:VEVENT") == 2
    for secret in (world.staff.name, world.staff.nip):
        assert secret not in text + token
    assert calendars.session_calendar(session, at=AT).count(b"BEGIN:VEVENT") == 2
    for broken in (token[:-1] + "x", "", f"{address.pk}-{address.nonce}"):
        assert calendars.address_by_token(broken) is None
    calendars.make_address(employee=world.staff, by=world.staff, at=AT)
    assert calendars.address_by_token(token) is None, "a new address ends the old one"
    address.refresh_from_db()
    fresh = calendars.token_of(address)
    calendars.revoke_address(employee=world.staff, by=world.staff, at=AT)
    assert calendars.address_by_token(fresh) is None
    assert Enrolment.objects.filter(pk=place.pk).exists()


# --- results as a table


def table(*rows: list[str]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEAD = [
    "NIP",
    "Nama",
    "Hadir 20/10/2026",
    "Hadir 21/10/2026",
    "Nilai sebelum",
    "Nilai sesudah",
    "Hasil",
    "Nomor sertifikat",
]


def test_a_table_goes_out_and_comes_back_filled_in(world: Any, session: Session, place: Enrolment) -> None:
    other = seat(world, session, world.colleague)
    sheet = load_workbook(io.BytesIO(results_files.export(session))).active
    assert [cell.value for cell in sheet[1]] == HEAD
    by = world.personnel_officer
    content = table(
        HEAD,
        [world.staff.nip, "-", "ya", "YA", "40", "82,5", "selesai", "1/2026"],
        [world.colleague.nip, "-", "ya", "tidak", "", "", "selesai", "2/2026"],
        ["199", "-", "", "", "", "", "", ""],
    )
    rows, problems = results_files.read(session, content, "hasil.xlsx")
    assert [(problem.row, problem.code) for problem in problems] == [(4, "not_in_session")]
    seen = results_files.preview(session=session, rows=rows, by=by, at=AFTER)
    assert (seen.rows, seen.completed, [row.code for row in seen.problems]) == (1, 1, ["not_completed"])
    assert not Attendance.objects.exists()
    assert not Certificate.objects.exists(), "the preview keeps nothing"
    done = results_files.apply(session=session, rows=rows, by=by, at=AFTER)
    assert (done.rows, done.days, done.scores, done.completed) == (1, 2, 2, 1)
    place.refresh_from_db()
    other.refresh_from_db()
    assert (place.status, other.status) == ("completed", "enrolled")
    assert not Attendance.objects.filter(enrolment=other).exists(), "a row goes in as a whole or not at all"
    again, problems = results_files.read(session, results_files.export(session), "hasil.xlsx")
    assert not problems
    assert results_files.apply(session=session, rows=again, by=by, at=AFTER).completed == 0
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["", "", "mungkin", "", "", "", "", ""], "presence_unreadable"),
        (["", "", "", "", "", "101", "", ""], "score_unreadable"),
        (["", "", "", "", "", "abc", "", ""], "score_unreadable"),
        (["", "", "", "", "", "", "entah", ""], "outcome_unknown"),
        (["", "", "", "", "", "", "selesai", ""], "number_missing"),
    ],
)
def test_a_wrong_cell_leaves_its_row_out(
    world: Any, session: Session, place: Enrolment, cells: list[str], code: str
) -> None:
    cells = [world.staff.nip, *cells[1:]]
    rows, problems = results_files.read(session, table(HEAD, cells, cells), "hasil.xlsx")
    assert not rows
    assert problems[0].code == code
    assert place.status == "enrolled"
