"""In which part of the table the answers of some days stand (docs/operations/scaling.md). Pure."""

from datetime import date


def years_of(first: date, last: date) -> tuple[date, date]:
    """Return what `Answer.year` is of the first and of the last of some days.

    Between the two a question opens no other part. Days are those of the government's clock.
    """
    return date(first.year, 1, 1), date(last.year, 1, 1)
