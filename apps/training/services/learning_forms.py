"""The table of forms of learning, edited by the office: each change is a row from a day on, an earlier day stays."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from apps.assessments.services.actors import account_of
from apps.core import audit
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..models import LearningForm
from ..rules.learning_hours import Unit


class BeginsInThePast(ValueError):
    """Raised when a row would change what held on an earlier day."""


class AlreadyChangedThatDay(ValueError):
    """Raised when the government has a row of this form from the same day."""


class RateMissing(ValueError):
    """Raised when days or events come without their JP."""


@dataclass(frozen=True)
class FormRow:
    """What a row says."""

    name: str
    classical: bool
    way: str
    unit: str
    jp: Decimal | None
    most: Decimal | None
    is_offered: bool
    is_verified: bool
    source: str
    valid_from: date


@transaction.atomic
def write_form(
    *, government: Government, row: FormRow, by: Any, at: datetime, code: str = ""
) -> LearningForm:
    """Write what a form is worth from a day on; without a code it is a new form.

    :raises BeginsInThePast: if the first day is over.
    :raises AlreadyChangedThatDay: if the government wrote a row for that day already.
    :raises RateMissing: if days or events come without their JP.
    """
    if row.valid_from < local_date(at, government.timezone):
        raise BeginsInThePast
    minutes = row.unit == Unit.MINUTES
    if not minutes and not row.jp:
        raise RateMissing
    try:
        with transaction.atomic():
            form = LearningForm.objects.create(
                government=government,
                code=code or slugify(row.name).replace("-", "_")[:60],
                name=row.name.strip(),
                classical=row.classical,
                way=row.way,
                unit=row.unit,
                jp=None if minutes else row.jp,
                most=row.most,
                is_offered=row.is_offered,
                is_verified=row.is_verified,
                source=row.source.strip(),
                valid_from=row.valid_from,
            )
    except IntegrityError as error:
        if "learning_form_once_per_day" in str(error):
            raise AlreadyChangedThatDay from error
        raise
    audit.record(
        "training.learning_form.written",
        target=form,
        by=account_of(by),
        scope=government.code,
        at=at,
        code=form.code,
        valid_from=form.valid_from,
    )
    return form
