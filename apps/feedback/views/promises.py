"""The history of a promise as lines on a page."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import tanggal

from ..labels import COMMITMENT_EVENTS
from ..models import CommitmentEvent

_WITH_DAY = {"make", "resume"}


def history(events: Iterable[CommitmentEvent], *, for_public: bool) -> list[dict[str, Any]]:
    """Return the timeline; the public sees no names."""
    found = []
    for event in events:
        title, icon, tone = COMMITMENT_EVENTS.get(event.action, (event.action, "circle-dot", "neutral"))
        words = str(title)
        if event.action in _WITH_DAY:
            words = _("%(what)s, until %(day)s") % {"what": title, "day": tanggal(event.due_on)}
        who = "" if for_public or event.by is None else event.by.display_name
        text = "" if for_public and event.action == "make" else event.text
        found.append({"at": event.at, "title": words, "text": text, "who": who, "icon": icon, "tone": tone})
    return found
