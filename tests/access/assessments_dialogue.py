"""Who gets what from the pages of assessments/urls/dialogue.py; objects are about world.staff."""

from datetime import UTC, date, datetime
from typing import Any

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
_EVERYBODY = ("staff", "colleague", "stranger", "appraiser", "foreigner", "personnel_officer", "auditor")


def row(default: int, **some: int) -> dict[str, int]:
    """Return the expected status per role: anonymous people go to the sign-in page."""
    return {"anonymous": 302} | dict.fromkeys(_EVERYBODY, default) | some


# Officers without a staff record have no feedback of their own.
_OWN = row(200, personnel_officer=403, auditor=403)
_ACTION = row(405)
# What leader and employee say to each other is theirs alone, whatever role somebody has.
_BOTH_SIDES = row(404, staff=200, appraiser=200)
# Only who was asked knows that they were asked: here world.colleague.
_ASKED = row(404, colleague=200)

ROUTES = {
    "assessments:feedback-mine": _OWN,
    "assessments:feedback-given": _OWN,
    "assessments:feedback-react": row(404, staff=200, personnel_officer=403, auditor=403),
    "assessments:feedback-give": row(404, staff=403, appraiser=200, personnel_officer=403, auditor=403),
    "assessments:dialogue-list": row(200),
    "assessments:dialogue-person": _BOTH_SIDES,
    "assessments:dialogue-new": _BOTH_SIDES,
    "assessments:dialogue-detail": _BOTH_SIDES,
    "assessments:dialogue-edit": _BOTH_SIDES,
    "assessments:dialogue-agree": _ACTION,
    "assessments:dialogue-add": _BOTH_SIDES,
    "assessments:peer-inbox": _OWN,
    "assessments:peer-answer": _ASKED,
    "assessments:peer-decline": _ASKED,
    "assessments:peer-rounds": _BOTH_SIDES,
    "assessments:peer-open": row(404, staff=403, appraiser=200, personnel_officer=403, auditor=403),
    "assessments:peer-round": _BOTH_SIDES,
    "assessments:peer-invite": _BOTH_SIDES,
    "assessments:peer-close": row(404, staff=403, appraiser=200),
    "assessments:peer-react": row(404, staff=200, appraiser=403),
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return what the address of a route needs, made once per world."""
    made = getattr(world, "_dialogue", None)
    if made is None:
        made = world._dialogue = _make(world)
    route = name.removeprefix("assessments:")
    if route in {"feedback-give", "dialogue-person", "dialogue-new", "peer-rounds", "peer-open"}:
        return {"employee_id": world.staff.pk}
    if route == "feedback-react":
        return {"pk": made["feedback"].pk}
    if route == "dialogue-add":
        return {"pk": made["agreed"].pk}
    if route in {"dialogue-detail", "dialogue-edit", "dialogue-agree"}:
        return {"pk": made["draft"].pk}
    if route in {"peer-answer", "peer-decline"}:
        return {"pk": made["invitation"].pk}
    if route == "peer-react":
        return {"pk": made["closed"].pk}
    if route in {"peer-round", "peer-invite", "peer-close"}:
        return {"pk": made["round"].pk}
    return {}


def _make(world: Any) -> dict[str, Any]:
    """Feedback, a note that waits and one both agreed to, an open round that asks world.colleague, a closed one."""
    from django.utils import timezone

    from apps.assessments.models import PeerInvitation
    from apps.assessments.services import dialogue_notes, feedback_notes, peer_feedback
    from apps.core.localtime import local_date

    at = timezone.now()
    today = local_date(at, world.government.timezone)
    skp = world.make_skp(world.staff)
    # The plan of the world covers 2026; the pages ask for the plan of the day they are opened.
    _cover(skp, today)
    text = dialogue_notes.TalkText(
        talk_on=date(2026, 9, 14), topic="progress", discussion="Alat rusak.", agreement="Alat dipinjam."
    )
    draft, agreed = (dialogue_notes.write_note(skp=skp, text=text, by=world.head, at=NOW) for _ in range(2))
    for side in (world.staff, world.head):
        dialogue_notes.agree(note_id=agreed.pk, revision=agreed.revision, by=side, at=NOW)
    rounds = [
        peer_feedback.open_round(
            employee=world.staff,
            purpose="Kerja tim",
            closes_on=date.fromordinal(today.toordinal() + 14),
            by=world.head,
            at=at,
        )
        for _ in range(2)
    ]
    peer_feedback.invite(
        round_id=rounds[0].pk,
        givers=[(world.colleague, peer_feedback.PeerRelation.PEER)],
        by=world.head,
        at=at,
    )
    return {
        "feedback": feedback_notes.give_feedback(
            employee=world.staff, text="Teruskan", by=world.head, at=NOW
        ),
        "draft": draft,
        "agreed": agreed,
        "round": rounds[0],
        "invitation": PeerInvitation.objects.get(giver=world.colleague),
        "closed": peer_feedback.close_round(round_id=rounds[1].pk, by=world.head, at=at),
    }


def _cover(skp: Any, today: date) -> None:
    from django.db.backends.postgresql.psycopg_any import DateRange

    skp.period = DateRange(date(2026, 1, 1), date(max(today.year, 2026) + 1, 1, 1))
    skp.save(update_fields=["period"])
