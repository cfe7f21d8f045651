"""Every route has a line in the access table, and every cell of the table is tried.

The table lives in tests/access/<app>.py: `ROUTES` maps a route name to the expected status per role for a GET
request on objects of `world.staff` and `world.unit`; `kwargs(world, name)` makes the address. POST-only routes
expect 405 where the person may know of the object at all.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.core import kept
from asn_kinerja import navigation

FOLDER = Path(__file__).parent / "access"
TABLES = {path.stem: import_module(f"tests.access.{path.stem}") for path in sorted(FOLDER.glob("[a-z]*.py"))}

ROLES = {
    "anonymous": lambda world: None,
    "staff": lambda world: world.staff,
    "colleague": lambda world: world.colleague,
    "appraiser": lambda world: world.head,
    "stranger": lambda world: world.stranger,
    "foreigner": lambda world: world.foreigner,
    "personnel_officer": lambda world: world.personnel_officer,
    "auditor": lambda world: world.auditor,
}


def routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    """Walk nested includes and yield the name of every route."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            namespace = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from routes(entry.url_patterns, namespace)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def table() -> dict[str, dict[str, int]]:
    """Return all lines of all tables."""
    return {name: row for module in TABLES.values() for name, row in module.ROUTES.items()}


def missing(known: set[str], listed: set[str]) -> set[str]:
    """Return what stands on one side only."""
    return known ^ listed


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    assert missing(set(routes(get_resolver().url_patterns)), set(table())) == set()


def test_the_guard_can_fail() -> None:
    assert missing({"app:new-page"}, set()) == {"app:new-page"}
    assert missing(set(), {"app:gone"}) == {"app:gone"}
    assert len(set(routes(get_resolver().url_patterns))) > 50, "the walk must reach into the includes"


@pytest.fixture
def one_frame_per_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a person's menu for their first page only: it was a third of the work, and no answer hangs on it."""
    made: dict[int, kept.Part[Any]] = {}

    def part(name: str, *, user: Any, make: Any, **rest: Any) -> kept.Part[Any]:
        if user.pk not in made:
            made[user.pk] = kept.part(name, user=user, make=make, **rest)
        return made[user.pk]

    monkeypatch.setattr(navigation, "kept", SimpleNamespace(part=part, deeds_of=kept.deeds_of))


@pytest.mark.django_db
@pytest.mark.usefixtures("one_frame_per_person")
@pytest.mark.parametrize("app", TABLES)
def test_every_cell(app: str, world: Any) -> None:
    module = TABLES[app]
    clients = {role: world.client(who(world), raise_request_exception=False) for role, who in ROLES.items()}
    wrong = []
    for name, expected in module.ROUTES.items():
        # The objects of a route are made once: a GET by one role must not change what the next one finds.
        arguments = module.kwargs(world, name)
        query = arguments.pop("_query", "") if arguments else ""
        address = reverse(name, kwargs=arguments) + query
        for role, status in expected.items():
            got = clients[role].get(address).status_code
            if got != status:
                wrong.append(f"{name} as {role}: {got} instead of {status}")
    assert not wrong, "\n".join(wrong)
