"""Pages of lists whose rows come as plain values, not from a queryset."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator

T = TypeVar("T")
# Further than any list reaches; beyond it a database would refuse the number instead of finding nothing.
_FURTHEST = 1_000_000


class Counted(Paginator):
    """A paginator that was told how many rows there are."""

    def __init__(self, count: int, size: int) -> None:
        super().__init__((), size)
        self.count = count  # type: ignore[misc]


def page_of(ask: Callable[[int, int], tuple[int, Sequence[T]]], number: Any, size: int) -> Page:
    """Return a page whose rows and count are one answer: `ask(start, most)` gives how many there are and those rows.

    No number means the first page, one beyond the end the last, like `Paginator.get_page`. Beyond the end an answer
    without rows need not know how many there are.
    """
    try:
        wanted = int(number)
    except (TypeError, ValueError):
        wanted = 1
    count, rows = ask((wanted - 1) * size, size) if 1 <= wanted <= _FURTHEST else (0, ())
    if not rows and wanted != 1:
        count, rows = ask(0, size)
        wanted = Counted(count, size).num_pages
        if wanted > 1:
            count, rows = ask((wanted - 1) * size, size)
    return Page(rows, wanted, Counted(count, size))
