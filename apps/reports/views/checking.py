"""The public check: whether a document on paper is ours. It tells the kind, the day and the government, no person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from ..forms import CodeForm
from ..selectors import issued
from ..services.documents import normalize_code


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    document = context.get("document")
    government = document.government if document else None
    request.public_government = government  # type: ignore[attr-defined]
    return render(request, template, {"government": government, **context}, status=status)


@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for the code; what was copied from paper is corrected where characters look alike."""
    if "kode" not in request.GET:
        return _page(request, "reports/verify.html", {"form": CodeForm()})
    form = CodeForm(request.GET)
    if form.is_valid() and (code := normalize_code(form.cleaned_data["kode"])):
        return redirect("reports:verify-result", code=code)
    if form.is_valid():
        form.add_error("kode", CodeForm.base_fields["kode"].error_messages["required"])
    return _page(request, "reports/verify.html", {"form": form}, status=422)


@require_GET
def verify_result(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a code stands for a document, and for which kind, day and government."""
    document = issued.document_by_code(normalize_code(code))
    context = {"document": document, "code": normalize_code(code), "form": CodeForm()}
    return _page(request, "reports/verify_result.html", context, status=200 if document else 404)
