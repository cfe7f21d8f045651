"""Which live screens show something of a unit: its own, and those of everybody above.

A unit carries the numbers of all above it in its path, so nothing is asked for this. Whose screens listen to what:
somebody who leads unit 5 shows `unit:5`; a page about everybody in it shows `below:5` as well, which is held back
(apps/core/stamps.py): one school that reports in one hour must not make the page of a region's leader anew each time.
"""

from collections.abc import Iterable

from .models import WorkUnit


def of_unit(*units: WorkUnit) -> tuple[str, ...]:
    """Return the stamps of what happens to people of some units: these at once, those above in their own time."""
    own = {f"unit:{unit.pk}" for unit in units}
    above = {f"below:{pk}" for unit in units for pk in _numbers(unit)[:-1]}
    return tuple(sorted(own | above))


def of_unit_at_once(unit: WorkUnit) -> tuple[str, ...]:
    """Return the stamps of what everybody above must see now: a complaint, a service that turned bad."""
    return tuple(f"unit:{pk}" for pk in _numbers(unit))


def shown_by(unit_ids: Iterable[int], *, with_below: bool) -> tuple[str, ...]:
    """Return the stamps a page about units listens to; with what happens below them if it shows everybody there."""
    ids = sorted(unit_ids)
    below = [f"below:{pk}" for pk in ids] if with_below else []
    return (*(f"unit:{pk}" for pk in ids), *below)


def _numbers(unit: WorkUnit) -> list[int]:
    """Return the numbers of a unit and all above it, the topmost first."""
    return [int(part) for part in unit.path.split("/") if part]
