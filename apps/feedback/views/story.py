"""The history of a complaint as lines on a page."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from ..labels import EVENT_ICONS, EVENT_TITLES, RejectReason
from ..models import Complaint, ComplaintEvent
from ..rules.redaction import redact

FROM_REPORTER = {
    "file",
    "citizen_reply",
    "message",
    "confirm",
    "reopen",
    "files",
    "still_fixed",
    "came_back",
}


def lines(
    complaint: Complaint,
    events: Iterable[ComplaintEvent],
    *,
    for_reporter: bool,
    hidden: Mapping[int, str] | None = None,
) -> list[dict[str, Any]]:
    """Return the timeline. The reporter sees offices and no names of officers; officers see redacted
    words, and what somebody has hidden by hand (`hidden`, by event) not at all.
    """
    found = []
    for event in events:
        icon, tone = EVENT_ICONS.get(event.action, ("circle-dot", "neutral"))
        title = str(EVENT_TITLES.get(event.action, event.action))
        if event.to_unit is not None:
            title = _("Passed on to %(unit)s") % {"unit": event.to_unit.name}
            if event.receiver and event.receiver != event.to_unit.name:
                title = _("Passed on to %(unit)s: %(receiver)s") % {
                    "unit": event.to_unit.name,
                    "receiver": event.receiver,
                }
        parts = []
        if event.reason_code:
            parts.append(str(RejectReason(event.reason_code).label) + ".")
        if event.text:
            hide = event.action in FROM_REPORTER and not for_reporter
            shown = (hidden or {}).get(event.pk) or (redact(event.text) if hide else event.text)
            parts.append(shown)
        found.append(
            {
                "at": event.at,
                "title": title,
                "text": "\n".join(parts),
                "who": _who(complaint, event, for_reporter=for_reporter),
                "icon": icon,
                "tone": tone,
            }
        )
    return found


def _who(complaint: Complaint, event: ComplaintEvent, *, for_reporter: bool) -> str:
    if event.action in FROM_REPORTER:
        if event.by is not None and not for_reporter:
            return _("%(name)s, for the reporter") % {"name": event.by.display_name}
        return _("You") if for_reporter else _("Reporter")
    if event.action in {"lapse", "escalate", "check_back", "soon", "government", "ombudsman"}:
        return _("Automatic")
    if for_reporter or event.by is None:
        return _("Office")
    return event.by.display_name
