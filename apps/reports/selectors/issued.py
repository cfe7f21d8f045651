"""What has been issued, what can be asked for, and what a code on paper stands for."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from apps.assessments.models import Period
from apps.assessments.selectors.evaluating import evaluated_periods
from apps.employees.models import Government, WorkUnit

from ..models import SUBJECTS, Document
from ..querysets import pack_units, survey_units


def may_ask_for_packs(user: Any) -> bool:
    """Whether a user leads a unit, or answers for one by role."""
    return pack_units(user).exists()


def units_to_choose(user: Any) -> QuerySet[WorkUnit]:
    """Return the units a user may ask packs and recaps of, in tree order."""
    return pack_units(user).filter(is_active=True).order_by("path", "pk")


def periods_to_choose(government: Government | None) -> QuerySet[Period]:
    """Return the closed periods of a government, newest first."""
    return evaluated_periods(government)


def packs_visible_to(user: Any) -> QuerySet[Document]:
    """Return the packs and recaps a user may download, newest first."""
    return (
        Document.objects.visible_to(user)
        .packs()
        .select_related("unit", "period__cycle", "file")
        .order_by("-issued_at", "-pk")
    )


def may_ask_for_survey_papers(user: Any) -> bool:
    """Whether a user sees the surveys of some unit inside."""
    return survey_units(user).exists()


def survey_units_to_choose(user: Any) -> QuerySet[WorkUnit]:
    """Return the units a user may ask survey papers of, in tree order."""
    return survey_units(user).filter(is_active=True).order_by("path", "pk")


def survey_spans_visible_to(user: Any) -> QuerySet[Document]:
    """Return the survey reports of units a user may download, newest first."""
    return (
        Document.objects.visible_to(user)
        .survey_spans()
        .select_related("unit", "file")
        .order_by("-issued_at", "-pk")
    )


def document_by_code(code: str) -> Document | None:
    """Return the document a code on paper stands for; `is_replaced` says that it is not the newest word."""
    newer = Document.objects.filter(kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    printed_again = [
        Exists(newer.filter(**{f"{subject}__isnull": False, subject: OuterRef(subject)}))
        for subject in SUBJECTS.values()
    ]
    return (
        Document.objects.filter(code=code)
        .select_related("government", "file")
        .annotate(
            is_replaced=ExpressionWrapper(
                # What changed what it says, even before anybody prints it again: a decision on an objection, an
                # approved revision, a conversion that no longer counts.
                reduce(or_, printed_again)
                | Exists(
                    newer.filter(**{field: OuterRef(field) for field in ("unit", "starts_on", "ends_on")})
                )
                | Q(evaluation__rated_at__gt=F("issued_at"))
                | Q(skp__approved_at__gt=F("issued_at"))
                | Q(objection__decided_at__gt=F("issued_at"))
                | Q(conversion__replaced_at__gt=F("issued_at")),
                output_field=BooleanField(),
            )
        )
        .first()
    )
