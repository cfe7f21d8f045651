"""Who may open samples, batches and second readings; the draw is that of world.head."""

from datetime import UTC, datetime, timedelta
from typing import Any

_EVERYBODY = ("staff", "colleague", "stranger", "appraiser", "foreigner", "personnel_officer", "auditor")


def row(default: int, **some: int) -> dict[str, int]:
    """Return the expected status per role: anonymous people go to the sign-in page."""
    return {"anonymous": 302} | dict.fromkeys(_EVERYBODY, default) | some


_LISTS = row(403, appraiser=200, personnel_officer=200, auditor=200)
# A draw is the supervisor's own; those above and the auditor recompute it, nobody else acts on it.
_SEEN = row(404, appraiser=200, personnel_officer=200, auditor=200)
_OWN = row(404, appraiser=200, personnel_officer=403, auditor=403)
# Only the reader opens the blind page: here nobody of the table.
_BLIND = row(404)

ROUTES = {
    "supervision:sample-list": _LISTS,
    "supervision:sample-detail": _SEEN,
    "supervision:sample-file": _SEEN,
    "supervision:sample-verdict": _OWN,
    "supervision:batch-preview": _OWN,
    "supervision:batch-undo": row(405),
    "supervision:second-list": row(403, appraiser=200),
    "supervision:second-detail": _BLIND,
    "supervision:second-decline": _BLIND,
    "supervision:second-file": _BLIND,
    "supervision:agreement": _LISTS,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address, for the one draw there is."""
    from apps.assessments.models import Period
    from apps.supervision.models import BatchAcceptance, DrawnReport, ReviewDraw, SecondReading
    from apps.supervision.services import draws

    draw = ReviewDraw.objects.filter(supervisor=world.head, drawn_at__isnull=False).first()
    if draw is None:
        at = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
        period = (
            Period.objects.filter(cycle__government=world.government, kind="periodic", number=3).first()
            or (world.make_periods()[2])
        )
        draw, _new = ReviewDraw.objects.get_or_create(
            period=period,
            supervisor=world.head,
            defaults={"seed": "0" * 64, "seed_hash": "1" * 64, "committed_at": at},
        )
        draws.freeze_list(draw_id=draw.pk, at=at)
        report = period.reports.filter(employee=world.staff).first() or world.make_report(
            world.staff.skp.filter(year=world.YEAR).first() or world.make_skp(world.staff),
            period,
            status="submitted",
        )
        drawn = DrawnReport.objects.create(draw=draw, report=report, version=1, stratum="jf", place=1)
        SecondReading.objects.create(drawn=drawn)
        draws.draw_sample(draw_id=draw.pk, at=at)
        BatchAcceptance.objects.create(
            draw=draw, by=world.head, note="Sudah dibaca", at=at, undo_until=at + timedelta(minutes=30)
        )
    drawn = DrawnReport.objects.get(draw=draw)
    return {
        "supervision:sample-detail": {"draw_id": draw.pk},
        "supervision:sample-file": {"draw_id": draw.pk},
        "supervision:sample-verdict": {"draw_id": draw.pk, "drawn_id": drawn.pk},
        "supervision:batch-preview": {"draw_id": draw.pk},
        "supervision:batch-undo": {"batch_id": draw.batches.get().pk},
        "supervision:second-detail": {"reading_id": drawn.second.pk},
        "supervision:second-decline": {"reading_id": drawn.second.pk},
        "supervision:second-file": {"reading_id": drawn.second.pk, "evidence_id": 1},
    }.get(name, {})
