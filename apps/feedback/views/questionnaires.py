"""Versions of the questionnaire: read, compare, draft, put into use, print."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.employees import selectors as organization
from apps.employees.models import Government

from .. import permissions
from ..forms import DraftForm, RatingForm, UnsurForm, UseForm, WeightsForm, WordsForm
from ..labels import (
    QUESTIONNAIRE_PROBLEMS,
    QUESTIONNAIRE_TONES,
    SCALE_NAMES,
    AgeBand,
    Education,
    FilledBy,
    Occupation,
    QuestionnaireStatus,
    ReplaceGround,
    Sex,
)
from ..models import Questionnaire, Service, SurveyPeriod, Unsur
from ..rules.questionnaire import Finding, is_ready
from ..rules.regimes import CURRENT_REGIME
from ..selectors import questionnaires as selectors
from ..services import questionnaires


def _government(request: HttpRequest) -> Government:
    government = organization.government_of(request.user)
    if government is None or not permissions.may_read_questionnaires(request.user, government):
        raise PermissionDenied
    return government


def _load(request: HttpRequest, pk: int) -> tuple[Government, Questionnaire]:
    government = _government(request)
    rows = Questionnaire.objects.of_government(government).select_related("based_on", "government")
    return government, get_object_or_404(rows.prefetch_related("unsur"), pk=pk)


def _draft(request: HttpRequest, pk: int) -> tuple[Government, Questionnaire]:
    """Load a version that the user may change; one in use is shown again, with a word why."""
    government, questionnaire = _load(request, pk)
    if questionnaire.government_id != government.pk or not permissions.may_edit_questionnaires(
        request.user, government
    ):
        raise PermissionDenied
    return government, questionnaire


def _is_draft(questionnaire: Questionnaire) -> bool:
    return questionnaire.status == QuestionnaireStatus.DRAFT.value


def _not_a_draft(request: HttpRequest, questionnaire: Questionnaire) -> HttpResponse:
    messages.error(request, _("This version is in use and does not change any more. Make a draft from it."))
    return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)


def sentence(finding: Finding) -> str:
    """Return what is wrong with a questionnaire, in words."""
    params = dict(finding.params)
    if "other" in params:
        params["other"] = SCALE_NAMES.get(params["other"], params["other"])
    return str(QUESTIONNAIRE_PROBLEMS[finding.code]) % params


def _row(unsur: Unsur) -> dict[str, Any]:
    return {
        "unsur": unsur,
        "weight": selectors.weight_text(unsur),
        "ground": ReplaceGround(unsur.replace_ground).label if unsur.replace_ground else "",
    }


@login_required
@require_GET
def questionnaire_list(request: HttpRequest) -> HttpResponse:
    """All versions: the government's own, the national one, those of earlier regulations."""
    government = _government(request)
    rows = [
        {"version": row, "tone": QUESTIONNAIRE_TONES[row.status]} for row in selectors.versions(government)
    ]
    may_edit = permissions.may_edit_questionnaires(request.user, government)
    return render(request, "feedback/questionnaire_list.html", {"rows": rows, "may_edit": may_edit})


@login_required
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One version. A draft shows what is still wrong with it."""
    government, questionnaire = _load(request, pk)
    today = local_date(timezone.now(), government.timezone)
    may_edit = permissions.may_edit_questionnaires(request.user, government)
    is_draft = _is_draft(questionnaire)
    findings = questionnaires.findings_of(questionnaire, government, today) if is_draft else []
    per_unsur: dict[str, list[Finding]] = {}
    for finding in findings:
        per_unsur.setdefault(finding.unsur, []).append(finding)
    replaceable = questionnaires.replaceable(government, today)
    rows = [
        {
            **_row(unsur),
            "problems": [
                {"text": sentence(finding), "is_warning": finding.is_warning}
                for finding in per_unsur.get(unsur.code, [])
            ],
            "is_replaceable": unsur.code in replaceable and not unsur.is_extra,
            "is_removable": unsur.is_extra or bool(unsur.replaces),
        }
        for unsur in questionnaire.unsur.all()
    ]
    known = {unsur.code for unsur in questionnaire.unsur.all()}
    general = [sentence(f) for code, found in per_unsur.items() if code not in known for f in found]
    is_same = is_draft and questionnaires.asks_the_same(questionnaire)
    if is_same:
        general.append(_("This draft asks exactly what the version it was made from asks."))
    context = {
        "questionnaire": questionnaire,
        "tone": QUESTIONNAIRE_TONES[questionnaire.status],
        "rows": rows,
        "general": general,
        "is_ready": is_ready(findings) and not is_same,
        "is_draft": is_draft,
        "is_own": questionnaire.government_id == government.pk,
        "is_present": questionnaire.regime == CURRENT_REGIME.code,
        "is_in_use": questionnaire.status == QuestionnaireStatus.IN_USE.value,
        "may_edit": may_edit,
        "periods": SurveyPeriod.objects.filter(
            questionnaire=questionnaire, service__unit__government=government
        ).count(),
    }
    return render(request, "feedback/questionnaire_detail.html", context)


@login_required
@require_GET
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions exactly as a citizen gets them; nothing is sent."""
    _unused, questionnaire = _load(request, pk)
    asked = [row for row in questionnaire.unsur.all() if row.question and len(row.labels) == 4]
    form = RatingForm(now=timezone.now(), unsur=asked, required_answers=len(asked))
    context = {"questionnaire": questionnaire, "form": form, "scales": [form[row.code] for row in asked]}
    return render(request, "feedback/questionnaire_preview.html", context)


@login_required
@require_GET
def difference(request: HttpRequest, pk: int) -> HttpResponse:
    """What one version asks otherwise than another, by default than the one it was made from."""
    government, questionnaire = _load(request, pk)
    others = [row for row in selectors.versions(government) if row.pk != questionnaire.pk]
    chosen = request.GET.get("dengan", "")
    wanted = int(chosen) if chosen.isascii() and chosen.isdigit() else questionnaire.based_on_id
    other = next((row for row in others if row.pk == wanted), None)
    rows = selectors.compare(other, questionnaire) if other else []
    words = {
        "number": _("Number"),
        "name": _("Name"),
        "question": _("Question"),
        "labels": _("Answers"),
        "weight": _("Weight"),
    }
    context = {
        "questionnaire": questionnaire,
        "other": other,
        "others": others,
        "rows": [
            {
                "change": row,
                "lines": [(words[what], before, after) for what, before, after in row.changes],
            }
            for row in rows
            if row.changes or row.before is None or row.after is None
        ],
        "same": sum(1 for row in rows if row.before and row.after and not row.changes),
    }
    return render(request, "feedback/questionnaire_diff.html", context)


@login_required
def make_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft from a version."""
    government, source = _load(request, pk)
    if (
        not permissions.may_edit_questionnaires(request.user, government)
        or source.regime != CURRENT_REGIME.code
    ):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        form = DraftForm(request.POST)
        if form.is_valid():
            with idempotency.once(request, "feedback.questionnaire") as once:
                if not once.is_replay:
                    draft = questionnaires.make_draft(
                        government=government,
                        based_on=source,
                        by=request.user,
                        at=timezone.now(),
                        **form.cleaned_data,
                    )
                    once.location = reverse("feedback:questionnaire-detail", args=[draft.pk])
            return redirect(once.location)
        status = 422
    else:
        form = DraftForm(held_forms.take(request))
    context = {"form": form, "questionnaire": source, "is_new": True}
    return render(request, "feedback/questionnaire_form.html", context, status=status)


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title and reason of a draft."""
    _unused, questionnaire = _draft(request, pk)
    if not _is_draft(questionnaire):
        return _not_a_draft(request, questionnaire)
    initial = {"title": questionnaire.title, "why": questionnaire.why}
    status = 200
    if request.method == "POST":
        form = DraftForm(request.POST)
        if form.is_valid():
            questionnaires.change_draft(
                questionnaire_id=questionnaire.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)
        status = 422
    else:
        form = DraftForm(held_forms.take(request), initial=initial)
    context = {"form": form, "questionnaire": questionnaire, "is_new": False}
    return render(request, "feedback/questionnaire_form.html", context, status=status)


@login_required
def weights(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the weights, one by one or all alike."""
    _unused, questionnaire = _draft(request, pk)
    if not _is_draft(questionnaire):
        return _not_a_draft(request, questionnaire)
    unsur = list(questionnaire.unsur.all())
    status = 200
    if request.method == "POST" and "sama" in request.POST:
        questionnaires.set_weights(
            questionnaire_id=questionnaire.pk, weights=None, by=request.user, at=timezone.now()
        )
        messages.success(request, _("All questions weigh the same now."))
        return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)
    if request.method == "POST":
        form = WeightsForm(request.POST, unsur=unsur)
        if form.is_valid():
            questionnaires.set_weights(
                questionnaire_id=questionnaire.pk,
                weights=form.cleaned_data["weights"],
                by=request.user,
                at=timezone.now(),
            )
            return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)
        status = 422
    else:
        form = WeightsForm(held_forms.take(request), unsur=unsur)
    context = {"form": form, "questionnaire": questionnaire, "count": len(unsur)}
    return render(request, "feedback/questionnaire_weights.html", context, status=status)


def _unsur(request: HttpRequest, pk: int) -> tuple[Government, Unsur]:
    row = get_object_or_404(Unsur.objects.select_related("questionnaire"), pk=pk)
    government, _questionnaire = _draft(request, row.questionnaire_id)
    return government, row


@login_required
def add_unsur(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question of one's own to the national ones."""
    _unused, questionnaire = _draft(request, pk)
    if not _is_draft(questionnaire):
        return _not_a_draft(request, questionnaire)
    status = 200
    if request.method == "POST":
        form = UnsurForm(request.POST, problems=sentence, with_code=True)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.unsur") as once:
                    if not once.is_replay:
                        questionnaires.add_unsur(
                            questionnaire_id=questionnaire.pk,
                            by=request.user,
                            at=timezone.now(),
                            **_words(form, "code"),
                        )
                        messages.success(
                            request,
                            _(
                                "The question was added. All questions weigh the same now; you can change that."
                            ),
                        )
                return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)
            except questionnaires.CodeExists:
                form.add_error("code", _("This code is taken. Choose another one."))
        status = 422
    else:
        form = UnsurForm(held_forms.take(request), problems=sentence, with_code=True)
    context = {"form": form, "questionnaire": questionnaire, "mode": "add"}
    return render(request, "feedback/unsur_form.html", context, status=status)


def _words(form: UnsurForm, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "question", "labels", *names)}


@login_required
def change_unsur(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the words of a question."""
    _unused, row = _unsur(request, pk)
    questionnaire = row.questionnaire
    if not _is_draft(questionnaire):
        return _not_a_draft(request, questionnaire)
    has_reason = bool(row.replaces)
    labels = [*row.labels, "", "", "", ""][:4]
    initial = {
        "name": row.name,
        "question": row.question,
        "reason": row.replace_reason,
        **{f"label_{number}": words for number, words in enumerate(labels, start=1)},
    }
    status = 200
    if request.method == "POST":
        form = UnsurForm(request.POST, problems=sentence, with_reason=has_reason)
        if form.is_valid():
            questionnaires.change_unsur(
                unsur_id=row.pk,
                by=request.user,
                at=timezone.now(),
                replace_reason=form.cleaned_data.get("reason"),
                **_words(form),
            )
            return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)
        status = 422
    else:
        form = UnsurForm(held_forms.take(request), problems=sentence, with_reason=has_reason, initial=initial)
    context = {"form": form, "questionnaire": questionnaire, "unsur": row, "mode": "change"}
    return render(request, "feedback/unsur_form.html", context, status=status)


@login_required
def replace_unsur(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a question in the place of a national one that does not fit the service."""
    government, row = _unsur(request, pk)
    questionnaire = row.questionnaire
    if not _is_draft(questionnaire):
        return _not_a_draft(request, questionnaire)
    today = local_date(timezone.now(), government.timezone)
    ground = questionnaires.replaceable(government, today).get(row.code)
    if ground is None:
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        form = UnsurForm(request.POST, problems=sentence, with_code=True, with_reason=True)
        if form.is_valid():
            try:
                with idempotency.once(request, "feedback.unsur_replaced") as once:
                    if not once.is_replay:
                        questionnaires.replace_unsur(
                            unsur_id=row.pk,
                            by=request.user,
                            at=timezone.now(),
                            **_words(form, "code", "reason"),
                        )
                return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)
            except questionnaires.CodeExists:
                form.add_error("code", _("This code is taken. Choose another one."))
        status = 422
    else:
        form = UnsurForm(held_forms.take(request), problems=sentence, with_code=True, with_reason=True)
    context = {
        "form": form,
        "questionnaire": questionnaire,
        "unsur": row,
        "mode": "replace",
        "ground": ReplaceGround(ground).label if ground in ReplaceGround.values else ground,
    }
    return render(request, "feedback/unsur_form.html", context, status=status)


@login_required
@require_POST
def remove_unsur(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an additional question out, or put a national one back."""
    _unused, row = _unsur(request, pk)
    questionnaire = row.questionnaire
    if not _is_draft(questionnaire):
        return _not_a_draft(request, questionnaire)
    try:
        questionnaires.remove_unsur(unsur_id=row.pk, by=request.user, at=timezone.now())
        messages.success(
            request,
            _("The national question is back.")
            if row.replaces
            else _("The question was taken out. The others weigh the same now."),
        )
    except questionnaires.StillNeeded:
        messages.error(request, _("A national question can only be replaced."))
    return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)


@login_required
def put_into_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a draft from a day on."""
    government, questionnaire = _draft(request, pk)
    if not _is_draft(questionnaire):
        return _not_a_draft(request, questionnaire)
    today = local_date(timezone.now(), government.timezone)
    status = 200
    if request.method == "POST":
        form = UseForm(request.POST)
        if form.is_valid():
            try:
                questionnaires.put_into_use(
                    questionnaire_id=questionnaire.pk,
                    valid_from=form.cleaned_data["valid_from"],
                    is_standard=form.cleaned_data["kind"] == "standard",
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(request, _("The version is in use. It does not change any more."))
                return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)
            except questionnaires.BeginsInThePast:
                form.add_error("valid_from", _("Choose today or a later day."))
            except questionnaires.NoChange:
                form.add_error(None, _("This draft asks exactly what the version it was made from asks."))
            except questionnaires.NotReady as error:
                for finding in error.findings:
                    if not finding.is_warning:
                        form.add_error(None, sentence(finding))
        status = 422
    else:
        form = UseForm(held_forms.take(request), initial={"valid_from": today})
    findings = questionnaires.findings_of(questionnaire, government, today)
    context = {
        "form": form,
        "questionnaire": questionnaire,
        "warnings": [
            {"unsur": finding.unsur, "text": sentence(finding)} for finding in findings if finding.is_warning
        ],
    }
    return render(request, "feedback/questionnaire_use.html", context, status=status)


@login_required
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a version no more, with a reason."""
    _unused, questionnaire = _draft(request, pk)
    status = 200
    label = _("Why is it no longer offered?")
    if request.method == "POST":
        form = WordsForm(request.POST, label=label)
        if form.is_valid():
            try:
                questionnaires.retire(
                    questionnaire_id=questionnaire.pk,
                    reason=form.cleaned_data["text"],
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(request, _("This version is no longer offered. Periods that use it go on."))
            except questionnaires.NotADraft:
                messages.error(request, _("This version is not in use."))
            return redirect("feedback:questionnaire-detail", pk=questionnaire.pk)
        status = 422
    else:
        form = WordsForm(held_forms.take(request), label=label)
    context = {"form": form, "questionnaire": questionnaire}
    return render(request, "feedback/questionnaire_retire.html", context, status=status)


@login_required
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away, after a look at what that means."""
    _unused, questionnaire = _draft(request, pk)
    if not _is_draft(questionnaire):
        return _not_a_draft(request, questionnaire)
    if not request.POST.get("confirmed"):
        return render(request, "feedback/questionnaire_discard.html", {"questionnaire": questionnaire})
    questionnaires.discard_draft(questionnaire_id=questionnaire.pk, by=request.user, at=timezone.now())
    messages.success(request, _("The draft was thrown away."))
    return redirect("feedback:questionnaire-list")


def _sheet(request: HttpRequest, questionnaire: Questionnaire, period: SurveyPeriod | None) -> HttpResponse:
    unsur = [
        {"unsur": row, "labels": list(enumerate(row.labels, start=1))} for row in questionnaire.unsur.all()
    ]
    context = {
        "questionnaire": questionnaire,
        "period": period,
        "unsur": unsur,
        "attributes": [
            (_("Sex"), Sex.choices),
            (_("Age"), AgeBand.choices),
            (_("Last education"), Education.choices),
            (_("Occupation"), Occupation.choices),
            (_("Filled in by"), FilledBy.choices),
        ],
    }
    return render(request, "feedback/questionnaire_sheet.html", context)


@login_required
@require_GET
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A version on paper, to be printed."""
    _unused, questionnaire = _load(request, pk)
    return _sheet(request, questionnaire, None)


@login_required
@require_GET
def period_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The questionnaire of a survey period on paper, with the service on it and without any identity."""
    period = get_object_or_404(
        SurveyPeriod.objects.select_related("service__unit__government", "questionnaire"),
        pk=pk,
        service__in=Service.objects.visible_to(request.user),
    )
    return _sheet(request, period.questionnaire, period)
