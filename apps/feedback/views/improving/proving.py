"""Steps of an item, and the photos and papers that prove it."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.core import files
from apps.core.held_forms import login_required

from ...forms.improvement import ProofForm
from ...models import ImprovementItem, ImprovementProof, ImprovementStep
from ...services import improvement as services
from ...services import proof_files
from ..acting import ask_first, form_page, limited_upload, press
from .items import closed_sentence, load_to_work, page_of, today_of


@login_required
@require_POST
def step_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a step."""
    item = load_to_work(request, pk)
    return press(
        request,
        work=lambda: services.add_step(
            item_id=item.pk, text=request.POST.get("text", "")[:200], by=request.user, at=timezone.now()
        ),
        purpose="improvement.step",
        back=page_of(item),
        done=_("The step is on the list."),
        refusals={
            services.WordsMissing: _("Write the step first."),
            services.ItemClosed: closed_sentence(Exception()),
        },
    )


@login_required
@require_POST
def step_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a step off, or take the tick away."""
    step = get_object_or_404(
        ImprovementStep, pk=pk, item__in=ImprovementItem.objects.visible_to(request.user)
    )
    item = load_to_work(request, step.item_id)
    is_done_now = request.POST.get("done") == "1"
    return press(
        request,
        work=lambda: services.mark_step(
            step_id=step.pk, is_done=is_done_now, by=request.user, at=timezone.now()
        ),
        purpose="improvement.step-mark",
        back=page_of(item),
        done=_("Ticked off: %(step)s") % {"step": step.text}
        if is_done_now
        else _("Open again: %(step)s") % {"step": step.text},
        refusals={services.ItemClosed: closed_sentence(Exception())},
    )


@limited_upload
@login_required
def proof_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a photo or a PDF."""
    item = load_to_work(request, pk)
    limit = proof_files.max_megabytes(item.government, today_of(item))

    def work(form: ProofForm) -> None:
        upload = form.cleaned_data["file"]
        if upload.size > limit * proof_files.MEGABYTE:
            raise proof_files.ProofTooBig(limit=limit)
        services.add_proof(
            item_id=item.pk,
            upload_name=upload.name,
            content=upload.read(),
            caption=form.cleaned_data["caption"],
            by=request.user,
            at=timezone.now(),
        )

    return form_page(
        request,
        make=lambda *data: ProofForm(*data, limit_mb=limit),
        work=work,
        purpose="improvement.proof",
        back=page_of(item),
        refusals={
            services.ProofExists: ("file", lambda _error: _("This file is there already.")),
            services.ItemClosed: (None, closed_sentence),
        },
        texts={
            "heading": _("Add a proof"),
            "lead": item.action,
            "button": _("Add this file"),
            "done": _("The proof is added."),
            "max_bytes": limit * proof_files.MEGABYTE,
        },
    )


def _proof(request: HttpRequest, pk: int) -> ImprovementProof:
    proof: ImprovementProof = get_object_or_404(
        ImprovementProof.objects.select_related("file"),
        pk=pk,
        item__in=ImprovementItem.objects.visible_to(request.user),
    )
    if proof.removed_at is not None:
        raise Http404
    return proof


@login_required
@require_GET
def proof_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, for whoever may see the item."""
    proof = _proof(request, pk)
    return files.response(proof.file, proof.name, inline=True)


@login_required
@require_POST
def proof_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proof away before it is reported."""
    proof = _proof(request, pk)
    item = load_to_work(request, proof.item_id)
    question = ask_first(
        request,
        heading=_("Remove this file?"),
        text=proof.name,
        label=_("Remove"),
        back=page_of(item),
        tone="danger",
    )
    return question or press(
        request,
        work=lambda: services.remove_proof(proof_id=proof.pk, by=request.user, at=timezone.now()),
        purpose="improvement.proof-remove",
        back=page_of(item),
        done=_("Removed: %(name)s") % {"name": proof.name},
        refusals={services.ItemClosed: _("What was reported stays: others may have judged by it.")},
    )
