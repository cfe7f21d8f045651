"""The verbs of an item, from its start to the words the public reads."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.core.held_forms import login_required

from ... import permissions
from ...forms.improvement import CheckForm, PlanChangeForm
from ...forms.public import WordsForm
from ...selectors import improvement as plans
from ...services import improvement as services
from ..acting import form_page, press
from .items import closed_sentence, load, load_to_decide, load_to_plan, load_to_work, page_of, today_of
from .planning import REFUSALS


@login_required
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the work."""
    item = load_to_work(request, pk)
    return press(
        request,
        work=lambda: services.start_item(item_id=item.pk, by=request.user, at=timezone.now()),
        purpose="improvement.start",
        back=page_of(item),
        done=_("The work has begun. Add photos or PDFs as you go; they are the proof."),
    )


@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Report it as finished."""
    item = load_to_work(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("What was done?"),
            hint=_("Somebody else looks at your proof and decides whether it is done."),
        ),
        work=lambda form: services.report_item(
            item_id=item.pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="improvement.report",
        back=page_of(item),
        refusals={
            services.ProofMissing: (
                None,
                lambda _error: _("There is no photo or PDF yet. Add one first: a link is no proof."),
            )
        },
        texts={
            "heading": _("Report as finished"),
            "lead": item.action,
            "button": _("Report it"),
            "done": _("Reported. Somebody else checks the proof now."),
        },
    )


@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept the proof, or send it back."""
    item = load_to_decide(request, pk)

    def work(form: CheckForm) -> None:
        verb = services.accept_item if form.cleaned_data["verdict"] == "accept" else services.send_back_item
        verb(item_id=item.pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now())

    reported = item.events.filter(action="report").order_by("-at", "-id").first()
    return form_page(
        request,
        make=lambda *data: CheckForm(*data[:1]),
        work=work,
        purpose="improvement.check",
        back=page_of(item),
        refusals={
            services.NotByYourself: (
                None,
                lambda _error: _("You are responsible for it, or reported it. Somebody else has to look."),
            )
        },
        texts={
            "heading": _("Check the proof"),
            "lead": item.action,
            "button": _("Save my decision"),
            "done": _("Your decision is saved. The responsible person has been told."),
            "aside_title": _("What was reported"),
            "aside_text": reported.text if reported else "",
            "aside_files": [
                {
                    "url": reverse("feedback:improvement-proof", args=[proof.pk]),
                    "name": proof.name,
                    "size": proof.file.size,
                    "caption": proof.caption,
                }
                for proof in plans.proofs_of(item)
            ],
        },
    )


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change words, person or day."""
    item = load_to_plan(request, pk)
    today = today_of(item)
    people = plans.responsible_choices(request.user, item.unit, today)
    people = people | type(item.responsible).objects.filter(pk=item.responsible_id)
    return form_page(
        request,
        make=lambda *data: PlanChangeForm(
            *data[:1],
            people=people.distinct(),
            today=today,
            present_day=item.due_on,
            initial={"action": item.action, "responsible": item.responsible_id, "due_on": item.due_on},
        ),
        work=lambda form: services.change_item(
            item_id=item.pk, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
        purpose="improvement.change",
        back=page_of(item),
        refusals={
            **REFUSALS,
            services.ItemClosed: (None, closed_sentence),
            services.NotByYourself: (
                "due_on",
                lambda _error: _("You are responsible for this item, so somebody else moves its day."),
            ),
        },
        texts={
            "heading": _("Change the item"),
            "lead": item.action,
            "button": _("Save the change"),
            "done": _("The change is saved and stands in the history."),
        },
    )


@login_required
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the plan."""
    item = load_to_decide(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("Why is it dropped?"),
            hint=_("It stays in the list and counts as not done."),
        ),
        work=lambda form: services.drop_item(
            item_id=item.pk, reason=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="improvement.drop",
        back=page_of(item),
        texts={
            "heading": _("Drop the item"),
            "lead": item.action,
            "button": _("Drop it"),
            "tone": "danger",
            "done": _("The item is dropped. It still counts in “x of y done”."),
        },
    )


@login_required
@require_POST
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare before and after now, without waiting for the schedule."""
    item = load_to_plan(request, pk)
    return press(
        request,
        work=lambda: services.measure_item(item_id=item.pk, by=request.user, at=timezone.now()),
        purpose="improvement.measure",
        back=page_of(item),
        done=_("Measured. Both figures stand below, with their certainty."),
        refusals={
            services.NothingToMeasure: _("No survey period has begun since the work was done and ended.")
        },
    )


@login_required
def public_text(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the public reads about it."""
    item = load_to_plan(request, pk)
    return form_page(
        request,
        make=lambda *data: WordsForm(
            *data[:1],
            label=_("What has changed, in words for everybody?"),
            hint=_(
                "Two sentences: what people said, and what is different now. No names. The head approves it."
            ),
            initial={"text": item.public_text or item.action},
        ),
        work=lambda form: services.set_public_text(
            item_id=item.pk, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
        ),
        purpose="improvement.public-text",
        back=page_of(item),
        refusals={
            services.ItemClosed: (None, lambda _error: _("There is nothing to tell before it is done."))
        },
        texts={
            "heading": _("Public wording"),
            "lead": item.action,
            "button": _("Save the wording"),
            "done": _("The wording is saved. The head approves it before the public reads it."),
        },
    )


@login_required
@require_POST
def public_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the wording on the public page."""
    item = load(request, pk)
    if not permissions.may_approve_wording(request.user, item.unit):
        raise PermissionDenied
    return press(
        request,
        work=lambda: services.approve_public_text(item_id=item.pk, by=request.user, at=timezone.now()),
        purpose="improvement.public-approve",
        back=page_of(item),
        done=_("Approved. The public page shows it now."),
        refusals={services.WordsMissing: _("Write the wording first.")},
    )
