"""A complaint in a few short pages, without an account and without a script.

What was typed waits in the session of that browser (drafts.py) until it is sent, so that every page can be changed
from the last one. A session that ended loses nothing: a page sent without its predecessors is kept all the same,
and the last page carries the whole draft.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from apps.core import idempotency, images, policy
from apps.core.localtime import local_date
from apps.employees.models import Government

from ..forms import ComplaintIdentityForm, ComplaintKindForm, ComplaintSendForm, ComplaintStoryForm
from ..labels import ATTACHMENT_PROBLEMS, LAPOR_CLASSES, ComplaintKind
from ..models import Complaint, Service, ServicePoint
from ..selectors import similar
from ..services import abuse, complaints
from . import drafts
from .drafts import DRAFT, ORDER, draft_of, first_missing, keep
from .frame import is_suspicious, public_page

RECEIPTS = "complaint_receipts"
SHOWN_ONCE = "complaint_shown_once"
KEPT_RECEIPTS = 5
PAGES = {
    "kind": "feedback:complaint-new",
    "story": "feedback:complaint-new-story",
    "files": "feedback:complaint-new-files",
    "identity": "feedback:complaint-new-contact",
    "check": "feedback:complaint-new-check",
}


def steps() -> list[str]:
    """Return the names of the four pages."""
    return [_("About what"), _("The incident"), _("You"), _("Check")]


def next_page(request: HttpRequest, part: str) -> str:
    """Return the page after this one; from a correction, straight back to the check."""
    draft = draft_of(request)
    if "periksa" in request.GET and all(name in draft for name in ORDER):
        return reverse(PAGES["check"])
    # A page that was sent before its predecessors is already filled in, but worth another look.
    if missing := first_missing(draft, part):
        return reverse(PAGES[missing])
    following = [*ORDER, "check"]
    return reverse(PAGES[following[following.index(part) + 1]])


def kind_choices(scope: str) -> list[dict[str, Any]]:
    """Return the kinds with what they mean and the days for an answer."""
    days = complaints.days_table(scope, timezone.now().date())
    hints = {
        ComplaintKind.LIGHT.value: _("Something small that can be put right at once."),
        ComplaintKind.NORMATIVE.value: _("You want to know something."),
        ComplaintKind.SERVICE.value: _("The service was slow, rude, wrong, or cost more than it should."),
        ComplaintKind.SUPERVISION.value: _("Bribery, illegal levies, abuse of office."),
        ComplaintKind.ASPIRATION.value: _("You wish for something new, or have an idea."),
    }
    return [
        {
            "value": choice.value,
            "label": choice.label,
            "hint": hints[choice.value],
            "days": days[choice.value],
        }
        for choice in ComplaintKind
    ]


def kind(request: HttpRequest) -> HttpResponse:
    """Page 1: what it is about, and which service or unit."""
    draft = draft_of(request)
    known = _preset(request)
    government = known.unit.government if known else drafts.government_of(draft)
    if request.method == "POST":
        form = ComplaintKindForm(request.POST, about=drafts.abouts(government))
        if form.is_valid():
            keep(request, "kind", form.cleaned_data)
            return redirect(next_page(request, "kind"))
    else:
        initial = dict(draft.get("kind", {}))
        if known is not None:
            initial["about"] = f"s:{known.code}"
        form = ComplaintKindForm(initial=initial, about=drafts.abouts(government))
    choices = kind_choices(government.code if government else "")
    return _page(
        request, "kind", form, {"choices": choices, "chosen": form["kind"].value()}, government=government
    )


def _preset(request: HttpRequest) -> Service | None:
    """Return the service somebody comes from: a counter's QR code, or a service page."""
    services = Service.objects.public().select_related("unit__government")
    if code := request.GET.get("titik"):
        point = ServicePoint.objects.filter(code=code).first()
        return services.filter(pk=point.service_id).first() if point else None
    if code := request.GET.get("layanan"):
        return services.filter(code=code).first()
    return None


def story(request: HttpRequest) -> HttpResponse:
    """Page 2: what happened. What others have reported about the same service stands above it."""
    draft = draft_of(request)
    missing = first_missing(draft, "story")
    if request.method == "POST":
        form = ComplaintStoryForm(request.POST)
        if form.is_valid():
            # Kept also if an earlier page is missing, for example after the session ended.
            keep(request, "story", form.cleaned_data)
            return redirect(_after_story(request, draft, form.cleaned_data["subject"]))
    elif missing:
        return redirect(PAGES[missing])
    else:
        form = ComplaintStoryForm(initial=draft.get("story"))
    about = drafts.target(draft)
    known = similar.known_reports(*about) if about and not form.is_bound else []
    return _page(request, "story", form, {"known": known}, government=drafts.government_of(draft))


def _after_story(request: HttpRequest, before: dict[str, Any], subject: str) -> str:
    """Return the next page: reports like this one, the files, or the usual next one."""
    about = drafts.target(before)
    if about and before.get("story", {}).get("subject") != subject:
        today = local_date(timezone.now(), about[0].government.timezone)
        if similar.similar_reports(*about, subject, today):
            back = "?periksa" if "periksa" in request.GET else ""
            return reverse("feedback:complaint-new-similar") + back
    if "add_files" in request.POST and not first_missing(before, "story"):
        return reverse(PAGES["files"])
    return next_page(request, "story")


def identity(request: HttpRequest) -> HttpResponse:
    """Page 3: with or without a name, open or secret; each said plainly."""
    draft = draft_of(request)
    government = drafts.government_of(draft)
    if request.method == "POST":
        form = ComplaintIdentityForm(request.POST)
        if form.is_valid() and form.cleaned_data["identity"] == "no_author" and _has_pdf(draft):
            form.add_error("identity", ATTACHMENT_PROBLEMS["pdf_names_people"])
        if form.is_valid():
            keep(request, "identity", form.cleaned_data)
            return redirect(next_page(request, "identity"))
    elif missing := first_missing(draft, "identity"):
        return redirect(PAGES[missing])
    else:
        form = ComplaintIdentityForm(initial=draft.get("identity"))
    asks_by_mail = government is not None and policy.get(
        "feedback.check_back_by_mail",
        on=local_date(timezone.now(), government.timezone),
        scope=government.code,
    )
    return _page(request, "identity", form, {"asks_by_mail": asks_by_mail}, government=government)


def _has_pdf(draft: dict[str, Any]) -> bool:
    return any(row.file.content_type == images.PDF for row in complaints.drafts(drafts.tokens(draft)))


def check(request: HttpRequest) -> HttpResponse:
    """Last page: everything once more, and the button that sends it."""
    now = timezone.now()
    if request.method == "POST":
        return _send(request)
    draft = draft_of(request)
    if missing := first_missing(draft, "check"):
        return redirect(PAGES[missing])
    return _check_page(request, draft, ComplaintSendForm(now=now), now)


def _check_page(
    request: HttpRequest,
    draft: dict[str, Any],
    form: ComplaintSendForm,
    now: datetime,
    *,
    gone: bool = False,
    status: int = 200,
) -> HttpResponse:
    target = drafts.target(draft)
    who, told = draft["identity"], draft["story"]
    change = {part: f"{reverse(PAGES[part])}?periksa" for part in (*ORDER, "files")}
    kind_ = ComplaintKind(draft["kind"]["kind"])
    count = len(complaints.drafts(drafts.tokens(draft)))
    rows = [
        {"label": _("Kind"), "value": f"{kind_.label}\n{LAPOR_CLASSES[kind_.value]}", "url": change["kind"]},
        {
            "label": _("About"),
            "value": (target[1].name + "\n" + target[0].name if target[1] else target[0].name)
            if target
            else "",
            "url": change["kind"],
        },
        {"label": _("In one sentence"), "value": told["subject"], "url": change["story"]},
        {"label": _("The incident"), "value": told["body"], "url": change["story"]},
        {"label": _("Where was it?"), "value": told.get("place", ""), "url": change["story"]},
        {"label": _("Number at SP4N-LAPOR!"), "value": told.get("lapor_number", ""), "url": change["story"]},
        {
            "label": _("Photos and documents"),
            "value": _("%(n)s of them") % {"n": count} if count else "",
            "url": change["files"],
        },
        {"label": _("Your name"), "value": _who(who), "url": change["identity"]},
        {
            "label": _("Content"),
            "value": _("Secret: only the officers who handle it") if who["is_secret"] else _("Not secret"),
            "url": change["identity"],
        },
    ]
    rows = [row for row in rows if row["value"] or row["url"] != change["story"]]
    context: dict[str, Any] = {
        "form": form,
        "rows": rows,
        "gone": gone or target is None,
        "labels": steps(),
        "carried": drafts.pack(draft),
        "no_trace": drafts.leaves_no_trace(draft),
    }
    if target is not None:
        today = local_date(now, target[0].government.timezone)
        context["due_on"] = complaints.new_due_on(target[0].government, kind_.value, today)
    return public_page(
        request,
        "feedback/complaint_check.html",
        context,
        government=target[0].government if target else None,
        status=status,
    )


def _who(who: dict[str, Any]) -> str:
    if who["identity"] == "no_author":
        return _("No trace at all: nothing is kept that says who you are")
    if who["identity"] == "anonymous":
        return _("Not given: nobody can see who you are")
    lines = [who[name] for name in ("name", "phone", "email") if who[name]]
    lines.append(
        _("Hidden from the unit: only complaint officers can open it")
        if who["is_anonymous"]
        else _("Whoever handles the report can open it")
    )
    return "\n".join(lines)


class _NothingToSend(Exception):
    """Raised to give the form's key back when the draft is incomplete, or its unit is gone."""


def _send(request: HttpRequest) -> HttpResponse:
    draft = draft_of(request)
    if first_missing(draft, "check"):
        draft = drafts.unpack(request.POST.get("draft", "")) or draft
    now = timezone.now()
    form = ComplaintSendForm(request.POST, now=now)
    missing = first_missing(draft, "check")
    try:
        with idempotency.once(request, "feedback.complaint") as once:
            # First of all: a repetition finds its draft already sent and gone.
            if not once.is_replay:
                if missing:
                    raise _NothingToSend
                once.location = _file(request, draft, form, now)
    except _NothingToSend:
        if missing:
            return redirect(PAGES[missing])
        return _check_page(request, draft, form, now, gone=True, status=409)
    return redirect(once.location)


def _file(request: HttpRequest, draft: dict[str, Any], form: ComplaintSendForm, now: datetime) -> str:
    """Send the draft and return the address of its receipt."""
    target = drafts.target(draft)
    if target is None:
        raise _NothingToSend
    unit, service = target
    who, told = draft["identity"], draft["story"]
    no_trace = drafts.leaves_no_trace(draft)
    complaint, secret = complaints.file_complaint(
        unit=unit,
        service=service,
        kind=draft["kind"]["kind"],
        subject=told["subject"],
        body=told["body"],
        place=told.get("place", ""),
        lapor_number=told.get("lapor_number", ""),
        is_anonymous=who["is_anonymous"],
        is_secret=who["is_secret"],
        contact={name: who.get(name) for name in ("name", "phone", "email", "may_mail")}
        if who["identity"] == "contact"
        else None,
        has_no_author=no_trace,
        files=drafts.tokens(draft),
        at=now,
        is_suspicious=_looks_wrong(request, form, unit.government, no_trace, now),
    )
    receipts = dict(list(request.session.get(RECEIPTS, {}).items())[1 - KEPT_RECEIPTS :])
    request.session[RECEIPTS] = {**receipts, complaint.number: complaints.spoken(secret)}
    if no_trace:
        request.session[SHOWN_ONCE] = [*request.session.get(SHOWN_ONCE, []), complaint.number]
    request.session.pop(DRAFT, None)
    # Within the transaction: a parallel second send must find the secret word in the session.
    request.session.save()
    return reverse("feedback:complaint-receipt", args=[complaint.number])


def _looks_wrong(
    request: HttpRequest, form: ComplaintSendForm, government: Government, no_trace: bool, now: datetime
) -> bool:
    if not no_trace:
        return is_suspicious(request, form, government, bucket="complaints", now=now)
    # No mark of the network: such reports are counted together, and by the clock of the form.
    today = local_date(now, government.timezone)
    minimum = policy.get("feedback.minimum_fill_seconds", on=today, scope=government.code)
    limit = policy.get("feedback.no_author_per_hour", on=today, scope=government.code)
    crowded = abuse.locked_out(f"no-author:{government.code}", tries=limit, seconds=3600)
    return form.looks_automatic(minimum) or crowded


def _page(
    request: HttpRequest,
    part: str,
    form: Any,
    extra: dict[str, Any],
    *,
    government: Government | None,
) -> HttpResponse:
    position = ORDER.index(part)
    back = reverse(PAGES[ORDER[position - 1]]) if position else ""
    if "periksa" in request.GET:
        back = reverse(PAGES["check"])
    context = {"form": form, "labels": steps(), "current": position + 1, "back": back, **extra}
    status = 422 if form.is_bound else 200
    return public_page(
        request, f"feedback/complaint_{part}.html", context, government=government, status=status
    )


@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt, for the browser that sent the report; everybody else is led to the tracking page.

    A report without any trace has its receipt shown once; then this browser knows nothing of it any more.
    """
    secret = request.session.get(RECEIPTS, {}).get(number)
    complaint = (
        Complaint.objects.select_related("government", "unit", "service").filter(number=number).first()
        if secret
        else None
    )
    if complaint is None:
        return redirect("feedback:complaint-track")
    if number in request.session.get(SHOWN_ONCE, []):
        _forget(request, number)
    zone = complaint.government.timezone
    today = local_date(timezone.now(), zone)
    return public_page(
        request,
        "feedback/complaint_receipt.html",
        {
            "complaint": complaint,
            "secret": secret,
            "reply_days": policy.get("feedback.reply_days", on=today, scope=complaint.government.code),
            "next_instances": next_instances(complaint.government, today),
        },
        government=complaint.government,
    )


def _forget(request: HttpRequest, number: str) -> None:
    """Take a report out of the session; a session that held nothing else is ended."""
    receipts = {key: word for key, word in request.session[RECEIPTS].items() if key != number}
    once = [key for key in request.session[SHOWN_ONCE] if key != number]
    for name, rest in ((RECEIPTS, receipts), (SHOWN_ONCE, once)):
        if rest:
            request.session[name] = rest
        else:
            del request.session[name]
    if not request.session.keys():
        request.session.flush()


def next_instances(government: Government, today: Any) -> list[tuple[str, str]]:
    """Return where a reporter can turn next, and how to reach it."""
    table = policy.get("feedback.next_instance", on=today, scope=government.code)
    return [(str(name), str(reach)) for name, reach in table.items()]
