"""Days that files tell, and whether they belong to the period."""

from datetime import date

import pytest

from apps.assessments.rules.freshness import claimed_day, day_in_name, is_fresh


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("IMG_20260915_101500.jpg", date(2026, 9, 15)),
        ("WhatsApp Image 2026-09-15 at 10.15.00.jpeg", date(2026, 9, 15)),
        ("daftar hadir 15-09-2026.pdf", date(2026, 9, 15)),
        ("20260915.jpg", date(2026, 9, 15)),
        ("2026-09-15 sampai 2026-09-17.pdf", None),
        ("2026-09-15 (2026-09-15).pdf", date(2026, 9, 15)),
        ("surat 31-02-2026.pdf", None),
        ("SK 800-2026.pdf", None),
        ("NIP 198501012010011003.pdf", None),
        ("foto.jpg", None),
    ],
)
def test_the_day_in_a_name(name: str, day: date | None) -> None:
    assert day_in_name(name) == day


def test_the_camera_knows_better() -> None:
    assert claimed_day(date(2026, 9, 1), "IMG_20250101_1.jpg") == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("day", "fresh"),
    [
        (date(2026, 6, 30), False),
        (date(2026, 7, 1), True),
        (date(2026, 10, 5), True),
        (date(2026, 10, 6), False),
    ],
)
def test_the_edges_belong_to_it(day: date, fresh: bool) -> None:
    assert is_fresh(day, starts_on=date(2026, 7, 1), last_on=date(2026, 10, 5)) is fresh
