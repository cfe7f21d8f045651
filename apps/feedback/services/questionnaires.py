"""Versions of the questionnaire: a draft is made from another version, changed, and put into use from a day on.

What is in use never changes (triggers refuse it); periods keep the version they began with.
"""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.core import audit, policy
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..labels import QuestionnaireStatus
from ..models import Questionnaire, Unsur
from ..rules.questionnaire import Finding, Item, check, equal_weights, is_ready
from ..rules.regimes import CURRENT_REGIME, UNSUR_14_2017

_COPIED = (
    "code",
    "number",
    "name",
    "question",
    "labels",
    "weight_numerator",
    "weight_denominator",
    "replaces",
    "replace_ground",
    "replace_reason",
    "is_extra",
)


class NotADraft(Exception):
    """Raised when something is to be changed that is in use or retired."""


class NotReady(ValueError):
    """Raised when a questionnaire cannot be asked as it is; `findings` says why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("the questionnaire is not ready")
        self.findings = findings


class NoChange(ValueError):
    """Raised when a draft asks exactly what the version it comes from asks."""


class BeginsInThePast(ValueError):
    """Raised when a version is to hold for days that have passed."""


class NotReplaceable(ValueError):
    """Raised when the policy of the day does not let this unsur be replaced."""


class CodeExists(ValueError):
    """Raised when the questionnaire has an unsur with this code, or the code is a national one."""


class StillNeeded(ValueError):
    """Raised when a national unsur is to be removed: it can only be replaced."""


def items_of(questionnaire: Questionnaire) -> list[Item]:
    """Return the questions as the rules want them."""
    return [
        Item(
            code=row.code,
            name=row.name,
            question=row.question,
            labels=tuple(row.labels),
            weight=Fraction(row.weight_numerator, row.weight_denominator),
            replaces=row.replaces,
            ground=row.replace_ground,
            reason=row.replace_reason,
            is_extra=row.is_extra,
        )
        for row in questionnaire.unsur.all()
    ]


def replaceable(government: Government, day: date) -> dict[str, str]:
    """Return which national unsur may be replaced on a day, and the ground for each."""
    table = policy.get("feedback.replaceable_unsur", on=day, scope=government.code)
    return {str(code): str(ground) for code, ground in table.items()}


def findings_of(questionnaire: Questionnaire, government: Government, day: date) -> list[Finding]:
    """Return what is wrong with a questionnaire, by the policy of the day."""
    return check(items_of(questionnaire), replaceable=replaceable(government, day))


def asks_the_same(questionnaire: Questionnaire) -> bool:
    """Tell whether a version asks exactly what the one it was made from asks."""
    return questionnaire.based_on is not None and items_of(questionnaire) == items_of(questionnaire.based_on)


def _locked_draft(questionnaire_id: int) -> Questionnaire:
    questionnaire = (
        Questionnaire.objects.select_for_update(of=("self",))
        .select_related("government")
        .get(pk=questionnaire_id)
    )
    if questionnaire.status != QuestionnaireStatus("draft").value:
        raise NotADraft
    return questionnaire


def _note(what: str, questionnaire: Questionnaire, by: Any, at: datetime, **data: Any) -> None:
    audit.record(
        f"feedback.questionnaire.{what}",
        target=questionnaire,
        by=by,
        scope=questionnaire.government.code if questionnaire.government else "",
        at=at,
        **data,
    )


@transaction.atomic
def make_draft(
    *, government: Government, based_on: Questionnaire, title: str, why: str, by: Any, at: datetime
) -> Questionnaire:
    """Make a draft of the government's own from another version.

    :raises ValueError: if the other version follows an older regulation, or is somebody else's.
    """
    if based_on.regime != CURRENT_REGIME.code or based_on.government_id not in (None, government.pk):
        raise ValueError("a draft starts from a version of the present regulation")
    Government.objects.select_for_update().get(pk=government.pk)
    newest = Questionnaire.objects.filter(government=government, regime=based_on.regime).aggregate(
        newest=Max("version")
    )["newest"]
    draft = Questionnaire.objects.create(
        government=government,
        regime=based_on.regime,
        version=(newest or 0) + 1,
        title=title,
        why=why,
        based_on=based_on,
    )
    Unsur.objects.bulk_create(
        Unsur(questionnaire=draft, **{name: getattr(row, name) for name in _COPIED})
        for row in based_on.unsur.all()
    )
    _note("drafted", draft, by, at, based_on=based_on.pk, version=draft.version)
    return draft


@transaction.atomic
def change_draft(*, questionnaire_id: int, title: str, why: str, by: Any, at: datetime) -> Questionnaire:
    """Change title and reason of a draft.

    :raises NotADraft: if it is in use or retired.
    """
    draft = _locked_draft(questionnaire_id)
    draft.title, draft.why = title, why
    draft.save(update_fields=["title", "why"])
    _note("changed", draft, by, at)
    return draft


@transaction.atomic
def change_unsur(
    *,
    unsur_id: int,
    name: str,
    question: str,
    labels: list[str],
    by: Any,
    at: datetime,
    replace_reason: str | None = None,
) -> Unsur:
    """Change the words of a question. Code and weight stay.

    :raises NotADraft: if the questionnaire is in use or retired.
    """
    row = Unsur.objects.get(pk=unsur_id)
    draft = _locked_draft(row.questionnaire_id)
    row.name, row.question, row.labels = name, question, labels
    if row.replaces and replace_reason is not None:
        row.replace_reason = replace_reason
    row.save(update_fields=["name", "question", "labels", "replace_reason"])
    _note("unsur_changed", draft, by, at, code=row.code)
    return row


@transaction.atomic
def add_unsur(
    *, questionnaire_id: int, code: str, name: str, question: str, labels: list[str], by: Any, at: datetime
) -> Unsur:
    """Add a question to the national ones; all questions weigh the same afterwards.

    :raises NotADraft: if the questionnaire is in use or retired.
    :raises CodeExists: if the code is taken, or the code of a national unsur.
    """
    draft = _locked_draft(questionnaire_id)
    _require_free_code(draft, code)
    row = draft.unsur.create(
        code=code,
        number=_next_number(draft),
        name=name,
        question=question,
        labels=labels,
        is_extra=True,
    )
    _weigh(draft, equal_weights(list(draft.unsur.values_list("code", flat=True))))
    _note("unsur_added", draft, by, at, code=code)
    return row


def _require_free_code(draft: Questionnaire, code: str) -> None:
    if code in CURRENT_REGIME.unsur_codes or draft.unsur.filter(code=code).exists():
        raise CodeExists(code)


def _next_number(draft: Questionnaire) -> int:
    return (draft.unsur.aggregate(highest=Max("number"))["highest"] or 0) + 1


@transaction.atomic
def replace_unsur(
    *,
    unsur_id: int,
    code: str,
    name: str,
    question: str,
    labels: list[str],
    reason: str,
    by: Any,
    at: datetime,
) -> Unsur:
    """Put a question in the place of a national one, with the same number and weight.

    :raises NotADraft: if the questionnaire is in use or retired.
    :raises NotReplaceable: if the policy of the day does not allow it.
    :raises CodeExists: if the code is taken, or the code of a national unsur.
    """
    old = Unsur.objects.get(pk=unsur_id)
    draft = _locked_draft(old.questionnaire_id)
    government = draft.government
    grounds = replaceable(government, local_date(at, government.timezone))
    if old.code not in grounds:
        raise NotReplaceable(old.code)
    _require_free_code(draft, code)
    values = {
        "number": old.number,
        "weight_numerator": old.weight_numerator,
        "weight_denominator": old.weight_denominator,
    }
    old.delete()
    row = draft.unsur.create(
        code=code,
        name=name,
        question=question,
        labels=labels,
        replaces=old.code,
        replace_ground=grounds[old.code],
        replace_reason=reason,
        **values,
    )
    _note("unsur_replaced", draft, by, at, code=code, replaces=old.code)
    return row


@transaction.atomic
def remove_unsur(*, unsur_id: int, by: Any, at: datetime) -> Questionnaire:
    """Take an additional question out, or put the national one back in the place of its replacement.

    :raises NotADraft: if the questionnaire is in use or retired.
    :raises StillNeeded: if it is a national unsur.
    """
    row = Unsur.objects.get(pk=unsur_id)
    draft = _locked_draft(row.questionnaire_id)
    if not row.is_extra and not row.replaces:
        raise StillNeeded(row.code)
    row.delete()
    if row.replaces:
        national = next(found for found in UNSUR_14_2017 if found.code == row.replaces)
        draft.unsur.create(
            code=national.code,
            number=row.number,
            name=national.name,
            question=national.question,
            labels=list(national.labels),
            weight_numerator=row.weight_numerator,
            weight_denominator=row.weight_denominator,
        )
    else:
        for later in draft.unsur.filter(number__gt=row.number).order_by("number"):
            later.number -= 1
            later.save(update_fields=["number"])
        _weigh(draft, equal_weights(list(draft.unsur.values_list("code", flat=True))))
    _note("unsur_removed", draft, by, at, code=row.code)
    return draft


@transaction.atomic
def set_weights(
    *, questionnaire_id: int, weights: Mapping[str, Fraction] | None, by: Any, at: datetime
) -> Questionnaire:
    """Set the weight of every question; None makes them equal. Their sum is checked when it is put into use.

    :raises NotADraft: if the questionnaire is in use or retired.
    :raises ValueError: if a question has no weight.
    """
    draft = _locked_draft(questionnaire_id)
    codes = list(draft.unsur.values_list("code", flat=True))
    if weights is None:
        weights = equal_weights(codes)
    if set(weights) != set(codes):
        raise ValueError("every question has one weight")
    _weigh(draft, weights)
    _note("weighted", draft, by, at, weights={code: str(weight) for code, weight in weights.items()})
    return draft


def _weigh(draft: Questionnaire, weights: Mapping[str, Fraction]) -> None:
    rows = list(draft.unsur.all())
    for row in rows:
        row.weight_numerator = weights[row.code].numerator
        row.weight_denominator = weights[row.code].denominator
    Unsur.objects.bulk_update(rows, ["weight_numerator", "weight_denominator"])


@transaction.atomic
def put_into_use(
    *, questionnaire_id: int, valid_from: date, is_standard: bool, by: Any, at: datetime
) -> Questionnaire:
    """Offer a draft for periods that begin on or after a day; from now on it cannot be changed.

    :raises NotADraft: if it is in use or retired already.
    :raises NotReady: if it cannot be asked as it is.
    :raises NoChange: if it asks exactly what the version it comes from asks.
    :raises BeginsInThePast: if the day has passed.
    """
    draft = _locked_draft(questionnaire_id)
    government = draft.government
    today = local_date(at, government.timezone)
    if valid_from < today:
        raise BeginsInThePast
    findings = findings_of(draft, government, valid_from)
    if not is_ready(findings):
        raise NotReady(findings)
    if asks_the_same(draft):
        raise NoChange
    draft.status = QuestionnaireStatus("in_use").value
    draft.valid_from, draft.is_standard = valid_from, is_standard
    draft.save(update_fields=["status", "valid_from", "is_standard"])
    _note("put_into_use", draft, by, at, valid_from=valid_from, is_standard=is_standard)
    return draft


@transaction.atomic
def retire(*, questionnaire_id: int, reason: str, by: Any, at: datetime) -> Questionnaire:
    """Offer a version no more. Periods that use it go on; their results stay.

    :raises NotADraft: if it is a draft (discard it), or retired already.
    """
    questionnaire = (
        Questionnaire.objects.select_for_update(of=("self",))
        .select_related("government")
        .get(pk=questionnaire_id)
    )
    if questionnaire.status != QuestionnaireStatus("in_use").value or questionnaire.government is None:
        raise NotADraft
    questionnaire.status = QuestionnaireStatus("retired").value
    questionnaire.save(update_fields=["status"])
    _note("retired", questionnaire, by, at, reason=reason)
    return questionnaire


@transaction.atomic
def discard_draft(*, questionnaire_id: int, by: Any, at: datetime) -> None:
    """Throw a draft away.

    :raises NotADraft: if it is in use or retired.
    """
    draft = _locked_draft(questionnaire_id)
    _note("discarded", draft, by, at, version=draft.version)
    draft.delete()
