"""Who may open the practice period: everybody their own, nobody anybody else's; the office opens and closes it."""

from datetime import timedelta
from typing import Any

_EVERYBODY = ("staff", "colleague", "stranger", "appraiser", "foreigner", "personnel_officer", "auditor")


def row(default: int, **some: int) -> dict[str, int]:
    """Return the expected status per role: anonymous people go to the sign-in page."""
    return {"anonymous": 302} | dict.fromkeys(_EVERYBODY, default) | some


# Officers without a staff record have nothing to practise. The foreigner's government has no practice period, so
# only the front page is there, which says so.
_OWN = row(200, foreigner=302, personnel_officer=403, auditor=403)
# Without a sent report there is no receipt: back to the report.
_SENT = row(302, personnel_officer=403, auditor=403)
_SUPERVISORS = row(403, appraiser=200, foreigner=302)
_OFFICE = row(403, personnel_officer=200)
_POST = row(405)

ROUTES = {
    "supervision:practice": row(200, personnel_officer=302, auditor=403),
    "supervision:practice-line": _OWN,
    "supervision:practice-line-remove": _POST,
    "supervision:practice-report": _OWN,
    "supervision:practice-section": _OWN,
    "supervision:practice-check": _OWN,
    "supervision:practice-autosave": _POST,
    "supervision:practice-send": _POST,
    "supervision:practice-receipt": _SENT,
    "supervision:practice-seen": _SENT,
    "supervision:practice-continue": _POST,
    "supervision:practice-review": _SUPERVISORS,
    "supervision:practice-case": _SUPERVISORS,
    "supervision:practice-delete": _POST,
    "supervision:practice-manage": _OFFICE,
    "supervision:practice-close": _POST,
    "supervision:practice-case-edit": _OFFICE,
    "supervision:practice-case-reset": _POST,
}


def kwargs(world: Any, name: str) -> dict[str, Any]:
    """Return the arguments of a route's address, in a practice period that runs now."""
    from django.utils import timezone

    from apps.supervision.models import PracticePeriod

    day = timezone.now().date()
    period, _new = PracticePeriod.objects.get_or_create(
        government=world.government,
        defaults={
            "opens_on": day - timedelta(days=2),
            "closes_on": day + timedelta(days=2),
            "deleted_on": day + timedelta(days=9),
            "made_at": timezone.now(),
        },
    )
    return {
        "supervision:practice-line-remove": {"line": 1},
        "supervision:practice-section": {"section": "capaian"},
        "supervision:practice-review": {"number": 1},
        "supervision:practice-case": {"place": 1},
        "supervision:practice-close": {"pk": period.pk},
        "supervision:practice-case-edit": {"place": 1},
        "supervision:practice-case-reset": {"place": 1},
    }.get(name, {})
