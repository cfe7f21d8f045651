"""A report that is being written: what was typed waits in the session of that browser, in our database."""

import uuid
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.employees.models import Government, WorkUnit

from ..models import Service

DRAFT = "complaint_draft"
ORDER = ("kind", "story", "identity")
FILES = "files"
SALT = "complaint-draft"
CARRIED_SECONDS = 24 * 3600

Draft = dict[str, Any]


def draft_of(request: HttpRequest) -> Draft:
    """Return what has been filled in so far."""
    return dict(request.session.get(DRAFT, {}))


def keep(request: HttpRequest, part: str, values: Any) -> None:
    """Keep the answers of one page."""
    request.session[DRAFT] = {**draft_of(request), part: values}


def pack(draft: Draft) -> str:
    """Return the draft as a signed text for the last page: it survives the end of the session there."""
    return signing.dumps(draft, salt=SALT, compress=True)


def unpack(text: str) -> Draft:
    """Return a draft that came back with the last page; empty if it is not ours, or a day old."""
    try:
        found = signing.loads(text, salt=SALT, max_age=CARRIED_SECONDS)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def first_missing(draft: Draft, until: str) -> str | None:
    """Return the first page that must be filled in before this one."""
    for part in ORDER:
        if part == until:
            return None
        if part not in draft:
            return part
    return None


def tokens(draft: Draft) -> list[str]:
    """Return the tokens of the files of a draft; anything else that stands there is passed over."""
    found = []
    for text in draft.get(FILES, []):
        try:
            found.append(str(uuid.UUID(str(text))))
        except ValueError:
            continue
    return found


def leaves_no_trace(draft: Draft) -> bool:
    """Tell whether the reporter chose that nothing says who they are."""
    return bool(draft.get("identity", {}).get("identity") == "no_author")


def target(draft: Draft) -> tuple[WorkUnit, Service | None] | None:
    """Return the unit and the service that the draft is about, if they still exist."""
    return find_target(str(draft.get("kind", {}).get("about", "")))


def find_target(about: str) -> tuple[WorkUnit, Service | None] | None:
    """Return the unit and the service of an entry of the list, if they still exist."""
    letter, _sep, key = about.partition(":")
    if letter == "s":
        service = Service.objects.public().select_related("unit__government").filter(code=key).first()
        return (service.unit, service) if service else None
    if letter == "u" and key.isdigit():
        unit = WorkUnit.objects.select_related("government").filter(pk=int(key[:12]), is_active=True).first()
        return (unit, None) if unit else None
    return None


def government_of(draft: Draft) -> Government | None:
    """Return whose report it will be, as far as that is known."""
    found = target(draft)
    return found[0].government if found else None


def abouts(government: Government | None) -> list[tuple[str, Any]]:
    """Return services grouped by unit, each unit with an entry for everything else."""
    services = Service.objects.public().select_related("unit__government")
    if government is not None:
        services = services.filter(unit__government=government)
    groups: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    for service in services.order_by("unit__government__name", "unit__name", "name", "id"):
        unit = service.unit
        name = unit.name if government else f"{unit.government.name}: {unit.name}"
        _name, entries = groups.setdefault(unit.pk, (name, []))
        entries.append((f"s:{service.code}", service.name))
    for unit_pk, (name, entries) in groups.items():
        entries.append((f"u:{unit_pk}", _("%(unit)s: something else") % {"unit": name}))
    return list(groups.values())
