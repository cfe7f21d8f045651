"""Who may open the pages of what happens in sessions; the objects are those of tests/access/training.py."""

from typing import Any

from apps.training.models import CheckQuestion
from apps.training.services import calendars
from tests.access.training import _enrolment, _row, _session
from tests.training.story import make_forms
from tests.world import NOW

_OFFICE = _row(302, 403, 403, 403, 403, 403, 200, 403)
_RUN = {**_OFFICE, "foreigner": 404}
_VERB = _row(302, 405, 405, 405, 405, 405, 405, 405)
_OWN = _row(302, 200, 404, 403, 404, 404, 403, 403)
# Not open on the day of the tests: back to the session.
_OWN_CLOSED = {**_OWN, "staff": 302}

ROUTES = {
    "training:attendance": _RUN,
    "training:attendance-code": _RUN,
    "training:attendance-qr": _RUN,
    "training:attend": _row(302, 302, 302, 302, 302, 302, 302, 302),
    "training:session-calendar": _row(302, 200, 200, 200, 200, 404, 200, 200),
    "training:results-export": _RUN,
    "training:results-import": _RUN,
    "training:check-questions": _RUN,
    "training:question-retire": _VERB,
    "training:hours": _row(302, 403, 403, 200, 403, 403, 200, 200),
    "training:form-list": _OFFICE,
    "training:form-add": _OFFICE,
    "training:form-change": _OFFICE,
    "training:place-accept": _VERB,
    "training:place-decline": _OWN,
    "training:check-in": _OWN,
    "training:check-before": _OWN,
    "training:check-after": _OWN_CLOSED,
    "training:reaction": _OWN_CLOSED,
    "training:calendar-make": _VERB,
    "training:calendar-revoke": _VERB,
    # Whoever holds the address may read it: that is what a calendar does.
    "training:calendar-feed": _row(200, 200, 200, 200, 200, 200, 200, 200),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address."""
    noun = name.removeprefix("training:")
    if noun in {"hours", "form-list", "form-add", "calendar-make", "calendar-revoke"}:
        return {}
    if noun == "form-change":
        make_forms()
        return {"code": "seminar"}
    if noun == "calendar-feed":
        address = calendars.make_address(employee=world.staff, by=world.staff, at=NOW)
        return {"token": calendars.token_of(address)}
    if noun in {"check-questions", "question-retire", "check-before"}:
        programme = _session(world).programme
        question, _created = CheckQuestion.objects.get_or_create(
            programme=programme, text="Apa?", options=["A", "B"], right=0
        )
        if noun == "check-questions":
            return {"pk": programme.pk}
        if noun == "question-retire":
            return {"pk": question.pk}
    if noun in {"place-accept", "place-decline", "check-in", "check-before", "check-after", "reaction"}:
        return {"pk": _enrolment(world)}
    return {"pk": _session(world).pk}
