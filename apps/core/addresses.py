"""Addresses of the rows of a list: made once, not once per row."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

# Occurs in no address by itself.
_STAND_IN = 7_305_118_421


def of_rows(name: str, *before: Any) -> Callable[[int], str]:
    """Return what writes the address of a page for a number, the last argument of its pattern."""
    start, _number, end = reverse(name, args=[*before, _STAND_IN]).rpartition(str(_STAND_IN))
    return lambda number: f"{start}{number}{end}"
