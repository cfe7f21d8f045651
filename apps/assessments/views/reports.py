"""My reports: what is open and until when, one report, one page per section. Sending: sending.py."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_POST

from apps.core import held_forms
from apps.core.held_forms import login_required
from apps.core.templatetags.formats import jam
from apps.employees import selectors as people
from apps.employees.labels import in_both_names
from apps.employees.models import RoleAssignment

from ..forms.reporting import RealizationForm, TextForm
from ..labels import REPORT_EVENT_LOOKS, REPORT_EVENTS
from ..models import EvidenceQuestion, Period, ReportDecision, SelfReport
from ..permissions import is_writer, may_edit_report, require
from ..report_texts import REALIZATION, STEP_LABELS, TEXT_SECTIONS
from ..rules.report_problems import Problem, ReportProblem
from ..selectors import reporting, vault
from ..selectors.reminders import example_for
from ..selectors.reporting import LineRow, Sending
from ..services import reports
from ..templatetags.reporting import plain
from ..vault_texts import question_row
from .common import PAGE_SIZE, today_of
from .progress import writer_or_403

ORDER = ("realisasi", "capaian", "kendala", "dukungan", "bukti", "periksa")
STAGES = (
    pgettext_lazy("report stage", "Draft"),
    pgettext_lazy("report stage", "Ready to send"),
    pgettext_lazy("report stage", "Sent, waiting for the review"),
    pgettext_lazy("report stage", "Reviewed"),
)

# --- the list


@login_required
def report_list(request: HttpRequest) -> HttpResponse:
    """What is open and until when, and everything sent so far, by year."""
    employee = writer_or_403(request)
    now = timezone.now()
    tasks = reporting.open_tasks(employee, now)
    mine = reporting.reports_by_year(employee)
    years = list(
        mine.order_by("-period__cycle__year").values_list("period__cycle__year", flat=True).distinct()
    )
    year = request.GET.get("tahun", "")
    if year.isdigit():
        mine = mine.filter(period__cycle__year=int(year))
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    ready = {task.report.pk for task in tasks if task.report and task.is_ready}
    for row in page.object_list:
        row.is_ready = row.pk in ready
    address = reverse("assessments:report-list")
    tabs = [{"label": _("All years"), "url": address, "active": not year}]
    tabs += [
        {"label": str(item), "url": f"{address}?tahun={item}", "active": year == str(item)} for item in years
    ]
    context = {
        "tasks": tasks,
        "page": page,
        "tabs": tabs if len(years) > 1 else [],
        "next_period": None
        if any(not task.is_sent for task in tasks)
        else reporting.next_period(employee.government, now),
        "zone": employee.government.timezone,
        "today": today_of(employee.government),
        "has_plan": bool(tasks)
        or bool(reporting.writable_results(employee, today_of(employee.government))[:1]),
    }
    return render(request, "assessments/reporting/report_list.html", context)


@login_required
def report_start(request: HttpRequest, period_id: int) -> HttpResponse:
    """Before starting: how long it takes, what to have ready, what is filled in already."""
    employee = writer_or_403(request)
    period = get_object_or_404(
        Period.objects.select_related("cycle__government"),
        pk=period_id,
        cycle__government=employee.government_id,
    )
    plans = reporting.plans_in_force(employee, period)
    wanted = request.POST.get("rencana") or request.GET.get("rencana") or ""
    plan = next((row for row in plans if str(row.pk) == wanted), plans[0] if plans else None)
    existing = SelfReport.objects.filter(skp=plan, period=period).first() if plan else None
    if existing is not None and request.method == "GET":
        return redirect("assessments:report-detail", report_id=existing.pk)
    now = timezone.now()
    state = reporting.sending(period, plan, now) if plan else None
    if (
        plan is not None
        and (existing is not None or (state is not None and state.is_possible))
        and request.method == "POST"
    ):
        report = reports.open_report(employee=employee, period=period, by=employee, at=now, skp=plan)
        return redirect("assessments:report-detail", report_id=report.pk)
    context = {
        "period": period,
        "plan": plan,
        "state": state,
        "zone": employee.government.timezone,
        "entries": reporting.ProgressEntry.objects.filter(
            employee=employee, date__range=(period.starts_on, period.ends_on)
        ).count(),
        "whom": whom_to_ask(plan) if plan else [],
    }
    blocked = plan is None or state is None or not state.is_possible
    template = "report_closed.html" if blocked else "report_start.html"
    status = 409 if request.method == "POST" else 200
    return render(request, f"assessments/reporting/{template}", context, status=status)


def whom_to_ask(plan: Any) -> list[str]:
    """Return who can help when a period is closed: the appraiser, and the personnel officers above the unit."""
    day = today_of(plan.unit.government)
    link = people.appraiser_link_on(plan.employee, day)
    names = (
        [link.appraiser.full_name]
        if link and link.appraiser
        else [plan.appraiser_name]
        if plan.appraiser_name
        else []
    )
    above = [int(part) for part in plan.unit.path.strip("/").split("/")]
    officers = (
        RoleAssignment.objects.active_on(day)
        .filter(role="personnel_officer", unit__in=above)
        .select_related("user")
        .order_by("-unit__path", "pk")[:2]
    )
    return names + [row.user.display_name for row in officers]


# --- one report


def report_or_404(request: HttpRequest, report_id: int) -> SelfReport:
    """Return a report the user may see, whole."""
    found: SelfReport = get_object_or_404(
        reporting.whole(SelfReport.objects.visible_to(request.user)), pk=report_id
    )
    return found


def own_report_or_refuse(request: HttpRequest, report_id: int) -> SelfReport:
    """Return one's own report; somebody else's is 403 if it was sent, 404 before."""
    report = report_or_404(request, report_id)
    require(is_writer(request.user, report))
    return report


@login_required
def report_detail(request: HttpRequest, report_id: int) -> HttpResponse:
    """The sections of one report and how far each is; after sending, what was sent."""
    report = report_or_404(request, report_id)
    if not is_writer(request.user, report):
        return redirect("assessments:review-detail", report_id=report.pk)
    now = timezone.now()
    state = reporting.sending(report.period, report.skp, now)
    context = {
        "report": report,
        "zone": report.period.cycle.government.timezone,
        "today": today_of(report.period.cycle.government),
        "state": state,
        "can_send": can_send(report, state),
        "events": events_of(report),
        "whom": [] if can_send(report, state) else whom_to_ask(report.skp),
    }
    questions = vault.questions_of(report)
    if report.is_editable:
        rows = reporting.line_rows(report)
        problems = reporting.problems_of(report, rows, questions)
        is_ready = not any(problem.is_blocking for problem in problems)
        context |= {
            "tasks": tasks_of(report, rows, problems),
            "is_ready": is_ready,
            "stage": 2 if is_ready else 1,
            "doubted": vault.doubted(report),
        }
    else:
        version = reporting.sent_version(report)
        context |= {
            "version": version,
            "evidence": evidence_rows(version.content["evidence"] if version else [], questions, is_own=True),
            "text_questions": [question_row(row) for row in questions if row.evidence_id is None],
            "is_final": report.status == "accepted",
            "is_batch": report.status == "accepted" and accepted_in_batch(report),
            "may_recall": report.status == "submitted"
            and state.is_possible
            and report.review_started_at is None,
            "stage": 4 if report.status == "accepted" or report.review_started_at else 3,
        }
    context["stages"] = STAGES
    if report.period.kind == "yearly":
        context["parts"] = reporting.parts_of_year(report.skp, report.period)
    return render(request, "assessments/reporting/report_detail.html", context)


def evidence_rows(
    items: Sequence[Mapping[str, Any]],
    questions: Sequence[EvidenceQuestion],
    *,
    is_own: bool,
    known: Any = (),
) -> list[dict[str, Any]]:
    """Return the files of what was sent, each with the reviewer's verdict and what was asked about it.

    :param known: questions whose other side the reader may see; the writer never does.
    """
    verdicts = vault.verdicts_of(item["id"] for item in items)
    return [
        {
            "item": item,
            "verdict": verdicts.get(item["id"]),
            "questions": [
                question_row(row, is_own=is_own, is_known=row.pk in known)
                for row in questions
                if row.evidence_id == item["id"]
            ],
        }
        for item in items
    ]


def can_send(report: SelfReport, state: Sending) -> bool:
    """Whether the report can be sent now; one that came back may be sent again after the closing."""
    return state.is_possible or (report.status == "returned" and state is Sending.CLOSED)


def tasks_of(
    report: SelfReport, rows: Sequence[LineRow], problems: Sequence[Problem]
) -> list[dict[str, Any]]:
    """Return the sections with their state in words."""

    def address(section: str) -> str:
        return reverse("assessments:report-section", args=[report.pk, section])

    with_target = [row for row in rows if row.target is not None]
    filled = [row for row in with_target if row.value is not None]
    all_filled = len(filled) == len(with_target)
    tasks = [
        {
            "title": REALIZATION["short"],
            "url": address("realisasi"),
            "hint": _("%(filled)s of %(all)s figures are there")
            % {"filled": len(filled), "all": len(with_target)}
            if with_target
            else "",
            "status": _("Done") if all_filled else _("Figures missing"),
            "tone": "done" if all_filled else "warning",
        }
    ]
    for section, words in TEXT_SECTIONS.items():
        text = getattr(report, words["name"]).strip()
        required = section == "capaian"
        tasks.append(
            {
                "title": words["short"],
                "url": address(section),
                "hint": "" if required else _("May stay empty"),
                "status": _("Done") if text else _("Not written yet") if required else _("Empty"),
                "tone": "done" if text else "warning" if required else "neutral",
            }
        )
    count = len(report.files)  # type: ignore[attr-defined]
    asked = sum(problem.code is ReportProblem.QUESTION_UNANSWERED for problem in problems)
    tasks.append(
        {
            "title": _("Evidence"),
            "url": reverse("assessments:evidence-list", args=[report.pk]),
            "hint": _("A photo or PDF of the result"),
            "status": ngettext("%(n)s question", "%(n)s questions", asked) % {"n": asked}
            if asked
            else ngettext("%(n)s file", "%(n)s files", count) % {"n": count}
            if count
            else _("No file yet"),
            "tone": "warning" if asked else "done" if count else "neutral",
        }
    )
    ready = not any(problem.is_blocking for problem in problems)
    tasks.append(
        {
            "title": _("Check and send the report"),
            "url": reverse("assessments:report-check", args=[report.pk]),
            "hint": "",
            "status": _("Ready to send") if ready else _("Not ready yet"),
            "tone": "info" if ready else "neutral",
        }
    )
    return tasks


def accepted_in_batch(report: SelfReport) -> bool:
    """Whether a report was last accepted together with others, and not on its own."""
    newest = ReportDecision.objects.filter(report=report, action="accept").order_by("-at", "-pk").first()
    return newest is not None and newest.is_batch


def events_of(report: SelfReport) -> list[dict[str, Any]]:
    """Return what happened to a report, newest first."""
    rows = ReportDecision.objects.filter(report=report).select_related("by", "on_behalf_of")
    events = []
    for row in rows.order_by("-at", "-pk"):
        kind = "accept_batch" if row.action == "accept" and row.is_batch else row.action
        events.append(
            {
                "at": row.at,
                "title": REPORT_EVENTS[kind],
                "text": row.note,
                "who": in_both_names(row.by, row.on_behalf_of),
                "tone": REPORT_EVENT_LOOKS[kind][0],
                "icon": REPORT_EVENT_LOOKS[kind][1],
            }
        )
    return events


# --- one section


def _form_for(section: str, report: SelfReport, data: QueryDict | None) -> RealizationForm | TextForm:
    if section == "realisasi":
        return RealizationForm(data, rows=reporting.line_rows(report))
    words = TEXT_SECTIONS[section]
    return TextForm(
        data,
        initial={"text": getattr(report, words["name"])},
        name=words["name"],
        label=words["title"],
        hint=words["hint"],
    )


def _revision(data: QueryDict | None, report: SelfReport) -> int:
    typed = (data or {}).get("version", "")
    return int(typed) if str(typed).isdigit() else report.revision if data is None else 0


def _save(section: str, report: SelfReport, form: Any, by: Any, revision: int) -> SelfReport:
    """Save what of the form can be read."""
    common = {"report_id": report.pk, "by": by, "at": timezone.now(), "revision": revision}
    if section == "realisasi":
        lines, notes = form.readable()
        return reports.save_draft(**common, lines=lines, notes=notes)
    return reports.save_draft(**common, **{TEXT_SECTIONS[section]["name"]: form.cleaned_data["text"]})


@login_required
def report_section(request: HttpRequest, report_id: int, section: str) -> HttpResponse:
    """One section of a report: one thing on a page."""
    if section != "realisasi" and section not in TEXT_SECTIONS:
        raise Http404
    report = own_report_or_refuse(request, report_id)
    if not may_edit_report(request.user, report):
        messages.info(request, _("This report was sent and can no longer be changed."))
        return redirect("assessments:report-detail", report_id=report.pk)
    if request.method != "POST":
        held = held_forms.take(request)
        form = _form_for(section, report, held)
        revision = _revision(held, report) if held is not None else report.revision
        return _section_page(request, report, section, form, revision)
    if request.POST.get("pilihan") == "tersimpan":
        messages.info(request, _("The text that was saved first stays."))
        return redirect("assessments:report-section", report_id=report.pk, section=section)
    form = _form_for(section, report, _with_entries(request.POST, section, report))
    valid = form.is_valid()
    revision = _revision(request.POST, report)
    if "tambah_catatan" in request.POST:
        return _section_page(request, report, section, form, revision)
    if valid or section == "realisasi":
        try:
            saved = _save(section, report, form, report.employee, revision)
            if section == "capaian":
                _ask_about_text(request, report)
        except reports.DraftConflict as conflict:
            return _section_page(request, report, section, form, conflict.report.revision, conflict=conflict)
        except reports.ReportNotEditable:
            messages.info(request, _("This report was sent and can no longer be changed."))
            return redirect("assessments:report-detail", report_id=report.pk)
        revision = saved.revision
    if not valid:
        return _section_page(request, report, section, form, revision, status=422)
    return redirect(_after_section(request, report, section))


def _ask_about_text(request: HttpRequest, report: SelfReport) -> None:
    """Say so if the saved achievements read like another report; the question waits on the check page."""
    if reports.look_at_text(report_id=report.pk, by=report.employee, at=timezone.now()):
        messages.info(
            request,
            _("This text reads almost like another report. On the check page you can say in a sentence why."),
        )


def _with_entries(data: QueryDict, section: str, report: SelfReport) -> QueryDict:
    """Put progress entries that are not mentioned yet at the end of the text, if that was asked for."""
    if section != "capaian" or "tambah_catatan" not in data:
        return data
    text = data.get("text", "").rstrip()
    new = [f"- {line}" for line in reporting.unmentioned_entries(report) if line not in text]
    copy = data.copy()
    copy["text"] = "\n".join([text, *new] if text else new)
    return copy


def _after_section(request: HttpRequest, report: SelfReport, section: str) -> str:
    if "save_later" in request.POST:
        messages.success(request, _("Saved. You can continue whenever you like."))
        return reverse("assessments:report-detail", args=[report.pk])
    if request.POST.get("dari") == "periksa":
        return reverse("assessments:report-check", args=[report.pk])
    following = ORDER[ORDER.index(section) + 1]
    if following == "bukti":
        return reverse("assessments:evidence-list", args=[report.pk])
    return reverse("assessments:report-section", args=[report.pk, following])


def _section_page(
    request: HttpRequest,
    report: SelfReport,
    section: str,
    form: Any,
    revision: int,
    *,
    conflict: reports.DraftConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    words = REALIZATION if section == "realisasi" else TEXT_SECTIONS[section]
    context = {
        "report": report,
        "section": section,
        "words": words,
        "form": form,
        "revision": revision,
        "steps": STEP_LABELS,
        "step": ORDER.index(section) + 1,
        "from_check": (request.POST.get("dari") or request.GET.get("dari")) == "periksa",
        "zone": report.period.cycle.government.timezone,
        "conflicts": _conflict_rows(conflict, form, section) if conflict else [],
        "conflict_at": conflict.report.draft_saved_at if conflict else None,
        "unmentioned": reporting.unmentioned_entries(report) if section == "capaian" else [],
        "example": example_for(report.employee, report.period.ends_on) if section == "capaian" else None,
    }
    template = "section_realisasi.html" if section == "realisasi" else "section_text.html"
    return render(request, f"assessments/reporting/{template}", context, status=409 if conflict else status)


def _conflict_rows(conflict: reports.DraftConflict, form: Any, section: str) -> list[dict[str, Any]]:
    """Return both texts of each field that two tabs wrote."""
    if section != "realisasi":
        saved = getattr(conflict.report, TEXT_SECTIONS[section]["name"])
        return [{"label": TEXT_SECTIONS[section]["short"], "saved": saved, "mine": form["text"].value()}]
    lines = {row.indicator_id: row for row in conflict.report.lines.select_related("indicator")}
    rows = []
    for key in conflict.fields:
        kind, _colon, pk = key.partition(":")
        line = lines[int(pk)]
        rows.append(
            {
                "label": f"{line.indicator.text} ({_('Realization') if kind == 'value' else _('Explanation')})",
                "saved": plain(line.realization) if kind == "value" else line.note,
                "mine": form[f"{kind}_{pk}"].value(),
                "url": f"#id_{kind}_{pk}",
            }
        )
    return rows


@login_required
@require_POST
def report_autosave(request: HttpRequest, report_id: int) -> JsonResponse:
    """Save a section in the background; the answer is what autosave.js understands."""
    report = own_report_or_refuse(request, report_id)
    section = request.POST.get("bagian", "")
    if section != "realisasi" and section not in TEXT_SECTIONS:
        raise Http404
    form = _form_for(section, report, request.POST)
    valid = form.is_valid()
    if not valid and section != "realisasi":
        return JsonResponse({"message": _("Not saved yet. Please check what you typed.")}, status=422)
    try:
        saved = _save(section, report, form, report.employee, _revision(request.POST, report))
    except reports.DraftConflict:
        return JsonResponse(
            {"message": _("Another tab or device saved this page meanwhile. Press save to see both texts.")},
            status=409,
        )
    except reports.ReportNotEditable:
        return JsonResponse(
            {"message": _("This report was sent meanwhile. Reload the page to see it.")}, status=409
        )
    zone = report.period.cycle.government.timezone
    saved_at = jam(saved.draft_saved_at, zone)
    if not valid:
        saved_at = _("%(time)s, except the numbers that cannot be read") % {"time": saved_at}
    return JsonResponse({"saved_at": saved_at, "version": saved.revision, "revision": saved.revision})
