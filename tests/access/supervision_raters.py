"""Who may enter the calibration room. world.head rated world.staff; the vote of the session is open."""

from typing import Any

from apps.supervision.models import PreVote
from apps.supervision.services import pre_votes
from tests.supervision.rated import RATED_AT, USUAL, rate, session_of


def _row(*statuses: int) -> dict[str, int]:
    """Order: staff, colleague, appraiser, stranger, foreigner, personnel_officer, auditor."""
    roles = ("staff", "colleague", "appraiser", "stranger", "foreigner", "personnel_officer", "auditor")
    return {"anonymous": 302, **dict(zip(roles, statuses, strict=True))}


_VERB = _row(405, 405, 405, 405, 405, 405, 405)

ROUTES = {
    "supervision:calibration-list": _row(403, 403, 200, 403, 403, 200, 200),
    # One's own card, for whoever rated somebody in the period.
    "supervision:rater-card-mine": _row(404, 404, 200, 404, 404, 404, 404),
    # Personnel and audit read the session itself, not the raters side by side.
    "supervision:calibration-room": _row(404, 404, 200, 404, 404, 403, 403),
    "supervision:pre-vote-open": _row(404, 404, 200, 404, 404, 403, 403),
    "supervision:pre-vote": _row(404, 404, 200, 404, 404, 404, 404),
    "supervision:pre-vote-close": _VERB,
    "supervision:pre-vote-discuss": _VERB,
    "supervision:pre-vote-conclude": _VERB,
    "supervision:pre-vote-leave": _VERB,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address; makes the objects at the first call."""
    vote = PreVote.objects.select_related("session").first() or _vote(world)
    page = name.removeprefix("supervision:")
    if page == "calibration-list":
        return {}
    if page == "rater-card-mine":
        return {"period": vote.session.period_id}
    if page in {"calibration-room", "pre-vote-open"}:
        return {"session": vote.session_id}
    if page == "pre-vote-leave":
        return {"pk": vote.pk, "voter": world.head.pk}
    return {"pk": vote.pk}


def _vote(world: Any) -> PreVote:
    period = world.make_periods()[1]
    (evaluation,) = rate(world, period, world.head, USUAL[:1], people=[world.staff])
    session = session_of(world, period, world.head)
    return pre_votes.open_vote(
        session_id=session.pk,
        evaluations=[evaluation.pk],
        voters=[world.head.pk, world.agency_head.pk],
        by=world.agency_head,
        at=RATED_AT,
    )
