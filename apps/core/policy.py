"""Policy values: what an agency may decide, or what our sources could not verify, with a validity date.

A definition is code (`define` in an app's `policies.py`); a value is a row with its first day. The value of a day is
the newest row that began on or before it: of the government, else of the whole installation, else the default.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from . import audit, kept, stamps
from .models import PolicyValue

STAMP = "policy-values"


@dataclass(frozen=True)
class Definition:
    """A setting: its key, kind of value (`int`, `decimal`, `bool`, `choice`, `table`), default, and why it exists."""

    key: str
    kind: str
    default: Any
    label: Any
    source: str
    choices: tuple[str, ...] = ()

    def clean(self, value: Any) -> Any:
        """Return the value as it is stored.

        :raises ValueError: if it does not fit the kind.
        """
        if self.kind == "int":
            return int(value)
        if self.kind == "decimal":
            try:
                return str(Decimal(str(value).replace(",", ".")))
            except InvalidOperation as error:
                raise ValueError("not a number") from error
        if self.kind == "bool":
            if value in (True, "1", "true", "on"):
                return True
            if value in (False, "0", "false", "", None):
                return False
            raise ValueError("not yes or no")
        if self.kind == "choice":
            if value not in self.choices:
                raise ValueError("not one of the choices")
            return value
        if self.kind == "table":
            if not isinstance(value, dict):
                raise ValueError("not a table")
            return value
        raise ValueError(f"unknown kind {self.kind}")

    def read(self, stored: Any) -> Any:
        """Return the stored value as the type the rules want."""
        return Decimal(stored) if self.kind == "decimal" else stored


class UnknownPolicy(LookupError):
    """Raised for a key nobody defined."""


_definitions: dict[str, Definition] = {}


def define(
    key: str, kind: str, default: Any, *, label: Any, source: str, choices: tuple[str, ...] = ()
) -> None:
    """Define a setting. `source` says which rule id or open point of the domain sheets makes it necessary."""
    _definitions[key] = Definition(key, kind, default, label, source, choices)


def definitions() -> Iterable[Definition]:
    """Return all definitions in key order."""
    return [_definitions[key] for key in sorted(_definitions)]


def definition(key: str) -> Definition:
    """Return one definition.

    :raises UnknownPolicy: if nobody defined it.
    """
    try:
        return _definitions[key]
    except KeyError as error:
        raise UnknownPolicy(key) from error


def get(key: str, *, on: date, scope: str) -> Any:
    """Return the value that holds on a day for a government.

    :raises UnknownPolicy: if nobody defined the key.
    """
    known = definition(key)
    remembered = _remembered.get()
    if remembered is not None and remembered[0] == scope:
        row = _holding([row for row in remembered[1] if row.key == key], on)
    else:
        row = (
            PolicyValue.objects.filter(key=key, scope__in={scope, ""}, valid_from__lte=on)
            .order_by("-scope", "-valid_from")
            .first()
        )
    return known.read(known.clean(known.default) if row is None else row.value)


def _holding(rows: Iterable[PolicyValue], on: date) -> PolicyValue | None:
    begun = [row for row in rows if row.valid_from <= on]
    return max(begun, key=lambda row: (row.scope, row.valid_from), default=None)


def values_everywhere(*keys: str) -> Callable[..., Any]:
    """Read some settings of all governments with one query; return what answers like `get`, for these keys.

    :raises UnknownPolicy: if nobody defined a key.
    """
    known = {key: definition(key) for key in keys}
    rows: dict[tuple[str, str], list[PolicyValue]] = defaultdict(list)
    for row in PolicyValue.objects.filter(key__in=keys):
        rows[row.key, row.scope].append(row)

    def value_of(key: str, *, on: date, scope: str) -> Any:
        row = _holding([*rows.get((key, scope), ()), *rows.get((key, ""), ())], on)
        return known[key].read(known[key].clean(known[key].default) if row is None else row.value)

    return value_of


def changes_of(key: str, *, until: date, scope: str) -> list[date]:
    """Return from which days on a setting had another value for a government, up to a day, in order."""
    remembered = _remembered.get()
    if remembered is not None and remembered[0] == scope:
        return sorted(row.valid_from for row in remembered[1] if row.key == key and row.valid_from <= until)
    rows = PolicyValue.objects.filter(key=key, scope__in={scope, ""}, valid_from__lte=until)
    return list(rows.order_by("valid_from").values_list("valid_from", flat=True))


# What is read inside `read_once`: the government, and every value that ever held for it.
_remembered: ContextVar[tuple[str, list[PolicyValue]] | None] = ContextVar("policy_values", default=None)


@contextmanager
def read_once(scope: str) -> Iterator[None]:
    """Read the values of a government at once, for a page that asks for a dozen of them.

    For looking only: what is set inside is not seen before its end. They are kept until somebody sets one.
    """
    values = kept.shared(
        "policy-values",
        key=(scope,),
        stamp_names=(STAMP,),
        make=lambda: list(PolicyValue.objects.filter(scope__in={scope, ""})),
    )
    token = _remembered.set((scope, values or []))
    try:
        yield
    finally:
        _remembered.reset(token)


@contextmanager
def read_now(scope: str) -> Iterator[None]:
    """Read the values of a government in one query, for work that asks for several and writes by them.

    Nothing that was kept before is used: they are what the caller's transaction sees at this moment.
    """
    token = _remembered.set((scope, list(PolicyValue.objects.filter(scope__in={scope, ""}))))
    try:
        yield
    finally:
        _remembered.reset(token)


def set_value(key: str, value: Any, *, scope: str, valid_from: date, by: Any, reason: str) -> PolicyValue:
    """Set a value from a day on. The value of an earlier day never changes.

    :raises UnknownPolicy: if nobody defined the key.
    :raises ValueError: if the value does not fit its kind.
    """
    cleaned = definition(key).clean(value)
    with transaction.atomic():
        row, _created = PolicyValue.objects.update_or_create(
            scope=scope,
            key=key,
            valid_from=valid_from,
            defaults={"value": cleaned, "reason": reason, "set_by": by if hasattr(by, "pk") else None},
        )
        audit.record(
            "core.policy.set", target=row, by=by, scope=scope, key=key, value=cleaned, valid_from=valid_from
        )
        stamps.bump(STAMP)
    return row
