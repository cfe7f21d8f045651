"""In which part of the table the answers of some days stand (docs/operations/scaling.md). Pure."""

from datetime import date, datetime, timedelta


def years_of(first: date, last: date) -> tuple[date, date]:
    """Return what `Answer.year` is of the first and of the last of some days.

    Between the two a question opens no other part. Days are those of the government's clock.
    """
    return date(first.year, 1, 1), date(last.year, 1, 1)


def years_around(first: datetime, last: datetime) -> tuple[date, date]:
    """Return the same for two instants, with a day to spare on both sides: whatever clock the government has."""
    day = timedelta(days=1)
    return years_of((first - day).date(), (last + day).date())
