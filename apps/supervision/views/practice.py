"""The practice period for staff: write a line, fill a report, send it, be asked, send it again. Counted nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.assessments.report_texts import REALIZATION, TEXT_SECTIONS
from apps.assessments.selectors.reminders import example_for
from apps.assessments.templatetags.reporting import origin, plain
from apps.core import held_forms, idempotency
from apps.core.held_forms import login_required
from apps.core.localtime import local_date
from apps.core.templatetags.formats import jam
from apps.employees import selectors as people
from apps.employees.models import Employee
from apps.employees.permissions import manages_government, require

from .. import permissions
from ..forms.practice import RealizationForm, entry_form, text_form
from ..labels import PRACTICE_TONES, PracticeKindChoices
from ..models import PracticeEntry, PracticePeriod
from ..practice_material import INDICATORS, PLAN
from ..practice_texts import problem_row, question_row
from ..rules.practice_lifecycle import PracticeKind
from ..selectors import practice as selectors
from ..selectors.practice_counts import count_of_helper
from ..services import practice as services

ORDER = ("realisasi", *TEXT_SECTIONS, "periksa")


@dataclass(frozen=True)
class Room:
    """Who practises, on which day, in which period, and whether it can still be written in."""

    person: Employee
    day: date
    period: PracticePeriod
    is_running: bool


def writer_and_day(request: HttpRequest) -> tuple[Employee, date]:
    """Return the civil servant behind the account and their day; officers without a staff record do not practise."""
    person = people.employee_of(request.user)
    require(person is not None)
    assert person is not None
    return person, local_date(timezone.now(), person.government.timezone)


def room_of(request: HttpRequest) -> Room | None:
    """Return the room a person practises in; None if there is no period."""
    person, day = writer_and_day(request)
    period = selectors.running_period(person.government, day)
    if period is not None:
        return Room(person, day, period, True)
    period = selectors.shown_period(person.government, day)
    return Room(person, day, period, False) if period is not None else None


def in_room(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page its room; without one there is only the front page, which says so."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        room = room_of(request)
        if room is None:
            if request.method == "POST":
                return over(request)
            return redirect("supervision:practice")
        return view(request, room, *args, **kwargs)

    return login_required(inside)


def over(request: HttpRequest, *, is_sent: bool = False) -> HttpResponse:
    """Say that nothing was saved, because the period is over or the report was sent; give back what was typed."""
    fixed = {"version", "verb", "dari", "pilihan", "confirmed", "bagian"}
    typed = [value for name, value in held_forms.typed_text(request) if name not in fixed]
    context = {"typed": typed, "is_sent": is_sent}
    return render(request, "supervision/practice/over.html", context, status=409)


# --- the front page


@login_required
@require_GET
def practice(request: HttpRequest) -> HttpResponse:
    """What practising is, what there is to try, how far I am, and how to delete it."""
    if people.employee_of(request.user) is None and manages_government(
        request.user, people.government_of(request.user)
    ):
        return redirect("supervision:practice-manage")
    person, day = writer_and_day(request)
    room = room_of(request)
    context: dict[str, Any] = {
        "room": room,
        "person": person,
        "manages": manages_government(request.user, person.government),
        "next_period": None if room and room.is_running else selectors.next_period(person.government, day),
    }
    if room is not None:
        entries = selectors.entries_of(request.user, room.period)
        context |= {
            "period": room.period,
            "tasks": _front_tasks(entries.get((PracticeKind.REPORT.value, 1))),
            "supervisor_tasks": _supervisor_tasks(room, entries)
            if permissions.practises_reviewing(request.user, day)
            else [],
            "has_entries": bool(entries),
            "helped": count_of_helper(request.user, room.period, day),
        }
    return render(request, "supervision/practice/front.html", context)


def _task(title: str, url: str, status: str, tone: str, hint: str = "") -> dict[str, Any]:
    return {"title": title, "url": url, "hint": hint, "status": status, "tone": tone}


def _front_tasks(entry: PracticeEntry | None) -> list[dict[str, Any]]:
    content = selectors.report_content(entry)
    lines = len(content["lines"])
    status = entry.status if entry else ""
    return [
        _task(
            _("Write a line of progress"),
            reverse("supervision:practice-line"),
            _("Done") if lines else _("To do"),
            "done" if lines else "neutral",
            _("One line for one piece of work, with a number that counts."),
        ),
        _task(
            _("Fill in and send a report"),
            reverse("supervision:practice-report"),
            entry.get_status_display() if entry and status else _("To do"),
            PRACTICE_TONES[status] if status else "neutral",
            _("It comes back with a question; you improve it and send it again."),
        ),
    ]


def _supervisor_tasks(room: Room, entries: Mapping[tuple[str, int], PracticeEntry]) -> list[dict[str, Any]]:
    tasks = []
    for kind, number, name in selectors.supervisor_tasks(room.person.government):
        entry = entries.get((kind.value, number))
        route = "practice-review" if kind is PracticeKind.REVIEW else "practice-case"
        is_done = entry is not None and entry.status == "done"
        tasks.append(
            _task(
                f"{PracticeKindChoices(kind.value).label}: {name}",
                reverse(f"supervision:{route}", args=[number]),
                _("Done") if is_done else _("To do"),
                "done" if is_done else "neutral",
            )
        )
    return tasks


# --- one line of progress


@in_room
def practice_line(request: HttpRequest, room: Room) -> HttpResponse:
    """Write a line over the invented plan; below it the lines so far."""
    if request.method == "POST":
        form = entry_form(request.POST, today=room.day)
        if not form.is_valid():
            return _line_page(request, room, form, status=422)
        data = form.cleaned_data
        back = reverse("supervision:practice-line")
        try:
            with idempotency.once(request, "supervision.practice_line") as once:
                if not once.is_replay:
                    services.add_line(
                        person=room.person,
                        period=room.period,
                        day=data["date"],
                        text=data["text"],
                        result=data["result"],
                        indicator=data["indicator_row"].pk if data["indicator_row"] else None,
                        quantity=data["quantity"],
                        at=timezone.now(),
                    )
                    once.location = back
        except services.PracticeOver:
            return over(request)
        except services.TransitionNotAllowed:
            form.add_error(None, _("The practice report of these lines was sent. Look at its answer first."))
            return _line_page(request, room, form, status=409)
        messages.success(request, _("Saved for practice. Write the next one, or go on to the report."))
        return redirect(back)
    held = held_forms.take(request)
    initial: dict[str, Any] = {"date": room.day}
    wanted = request.GET.get("indikator", "")
    indicator = INDICATORS.get(int(wanted)) if wanted.isdigit() and len(wanted) < 4 else None
    if indicator is not None:
        initial |= {"indicator": indicator.pk, "result": indicator.result_id}
    return _line_page(request, room, entry_form(held, today=room.day, initial=initial))


def _line_page(request: HttpRequest, room: Room, form: Any, status: int = 200) -> HttpResponse:
    entry = selectors.entry_of(request.user, room.period, PracticeKind.REPORT)
    titles = {result.pk: result.text for result in PLAN}
    lines = [
        row
        | {
            "day": date.fromisoformat(row["date"]),
            "measure": INDICATORS[row["indicator"]].measure if row["indicator"] else "",
            "title": titles.get(row["result"], ""),
        }
        for row in reversed(selectors.report_content(entry)["lines"])
    ]
    context = {
        "room": room,
        "form": form,
        "lines": lines,
        "is_open": room.is_running and (entry is None or entry.status in {"draft", "returned"}),
        "example": example_for(room.person, room.day),
    }
    return render(request, "supervision/practice/line.html", context, status=status)


@login_required
@require_POST
@in_room
def practice_line_remove(request: HttpRequest, room: Room, line: int) -> HttpResponse:
    """Take a line away."""
    try:
        services.remove_line(person=room.person, period=room.period, line=line, at=timezone.now())
    except services.PracticeOver:
        return over(request)
    except services.TransitionNotAllowed:
        messages.info(request, _("The practice report of these lines was sent. Nothing was changed."))
    else:
        messages.success(request, _("Deleted."))
    return redirect("supervision:practice-line")


# --- the report


@in_room
@require_GET
def practice_report(request: HttpRequest, room: Room) -> HttpResponse:
    """The sections and how far each is; after the sending where it stands; with the question once it is back."""
    entry = selectors.entry_of(request.user, room.period, PracticeKind.REPORT)
    if entry is not None and entry.status in {"sent", "sent_again"}:
        return redirect("supervision:practice-seen")
    content = selectors.report_content(entry)
    problems = selectors.problems_of(content, room.period)
    is_done = entry is not None and entry.status == "done"
    questions = [question_row(row) for row in selectors.stored_questions(content)]
    context = {
        "room": room,
        "entry": entry,
        "tone": PRACTICE_TONES[entry.status] if entry else "",
        "is_done": is_done,
        "questions": questions,
        "has_unlike": any(row["source"] == "unlike" for row in questions),
        "tasks": [] if is_done else _section_tasks(content, room, problems),
        "sent": _sent(content),
    }
    return render(request, "supervision/practice/report.html", context)


def _section_tasks(content: Mapping[str, Any], room: Room, problems: Any) -> list[dict[str, Any]]:
    rows = selectors.figure_rows(content, room.period)
    filled = sum(row.value is not None for row in rows)
    tasks = [
        _task(
            str(REALIZATION["short"]),
            reverse("supervision:practice-section", args=["realisasi"]),
            _("Done") if filled == len(rows) else _("Figures missing"),
            "done" if filled == len(rows) else "warning",
            _("%(filled)s of %(all)s figures are there") % {"filled": filled, "all": len(rows)},
        )
    ]
    for section, words in TEXT_SECTIONS.items():
        text = content[words["name"]].strip()
        required = section == "capaian"
        tasks.append(
            _task(
                str(words["short"]),
                reverse("supervision:practice-section", args=[section]),
                _("Done") if text else _("Not written yet") if required else _("Empty"),
                "done" if text else "warning" if required else "neutral",
                "" if required else _("May stay empty"),
            )
        )
    ready = not any(problem.is_blocking for problem in problems)
    tasks.append(
        _task(
            _("Check and send the report"),
            reverse("supervision:practice-check"),
            _("Ready to send") if ready else _("Not ready yet"),
            "info" if ready else "neutral",
        )
    )
    return tasks


def _sent(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what was sent, the newest first."""
    return [row | {"at": parse_datetime(row["at"])} for row in reversed(content["sent"])]


def _form_for(section: str, content: Mapping[str, Any], room: Room, data: QueryDict | None) -> Any:
    if section == "realisasi":
        return RealizationForm(data, rows=selectors.figure_rows(content, room.period))
    return text_form(section, data, content[TEXT_SECTIONS[section]["name"]])


def _version(data: QueryDict | None, entry: PracticeEntry | None) -> int:
    typed = (data or {}).get("version", "")
    if data is not None:
        return int(typed) if str(typed).isdigit() else 0
    return entry.version if entry else 0


@in_room
def practice_section(request: HttpRequest, room: Room, section: str) -> HttpResponse:
    """One section of the practice report: one thing on a page, as in the real one."""
    if section != "realisasi" and section not in TEXT_SECTIONS:
        raise Http404
    entry = selectors.entry_of(request.user, room.period, PracticeKind.REPORT)
    content = selectors.report_content(entry)
    if request.method != "POST":
        if not room.is_running or (entry is not None and entry.status not in {"draft", "returned"}):
            return redirect("supervision:practice-report")
        held = held_forms.take(request)
        form = _form_for(section, content, room, held)
        return _section_page(request, room, section, form, _version(held, entry), saved=entry)
    if request.POST.get("pilihan") == "tersimpan":
        messages.info(request, _("The text that was saved first stays."))
        return redirect("supervision:practice-section", section=section)
    form = _form_for(section, content, room, request.POST)
    valid = form.is_valid()
    version = _version(request.POST, entry)
    if valid or section == "realisasi":
        try:
            entry = _save(section, room, form, version)
            version = entry.version
        except services.PracticeOver:
            return over(request)
        except services.PracticeConflict as conflict:
            return _section_page(
                request, room, section, form, conflict.entry.version, conflict=conflict.entry, status=409
            )
        except services.TransitionNotAllowed:
            return over(request, is_sent=True)
    if not valid:
        return _section_page(request, room, section, form, version, saved=entry, status=422)
    if "save_later" in request.POST:
        messages.success(request, _("Saved. You can continue whenever you like."))
        return redirect("supervision:practice-report")
    if request.POST.get("dari") == "periksa":
        return redirect("supervision:practice-check")
    following = ORDER[ORDER.index(section) + 1]
    if following == "periksa":
        return redirect("supervision:practice-check")
    return redirect("supervision:practice-section", section=following)


@login_required
@require_POST
def practice_autosave(request: HttpRequest) -> JsonResponse:
    """Save a section in the background; the answer is what autosave.js understands, as with a real report."""
    section = request.POST.get("bagian", "")
    if section != "realisasi" and section not in TEXT_SECTIONS:
        raise Http404
    room = room_of(request)
    if room is None:
        return _stopped(_("The practice period is over; nothing can be written or sent any more."))
    entry = selectors.entry_of(request.user, room.period, PracticeKind.REPORT)
    form = _form_for(section, selectors.report_content(entry), room, request.POST)
    valid = form.is_valid()
    if not valid and section != "realisasi":
        return JsonResponse({"message": _("Not saved yet. Please check what you typed.")}, status=422)
    try:
        saved = _save(section, room, form, _version(request.POST, entry))
    except services.PracticeOver:
        return _stopped(_("The practice period is over; nothing can be written or sent any more."))
    except services.PracticeConflict:
        return _stopped(_("Another tab or device saved this page meanwhile. Press save to see both texts."))
    except services.TransitionNotAllowed:
        return _stopped(_("This report was sent meanwhile. Reload the page to see it."))
    saved_at = jam(saved.saved_at, room.person.government.timezone)
    if not valid:
        saved_at = _("%(time)s, except the numbers that cannot be read") % {"time": saved_at}
    return JsonResponse({"saved_at": saved_at, "version": saved.version})


def _stopped(message: str) -> JsonResponse:
    return JsonResponse({"message": message}, status=409)


def _save(section: str, room: Room, form: Any, version: int) -> PracticeEntry:
    common: dict[str, Any] = {
        "person": room.person,
        "period": room.period,
        "version": version,
        "at": timezone.now(),
    }
    if section == "realisasi":
        lines, notes = form.readable()
        typed = {row.indicator.pk for row in form.rows if not row.is_automatic}
        return services.save_report(
            **common,
            figures={pk: value for pk, (value, _note) in lines.items() if pk in typed},
            notes={pk: note for pk, (_value, note) in lines.items()} | notes,
        )
    return services.save_report(**common, texts={TEXT_SECTIONS[section]["name"]: form.cleaned_data["text"]})


def _section_page(
    request: HttpRequest,
    room: Room,
    section: str,
    form: Any,
    version: int,
    *,
    saved: PracticeEntry | None = None,
    conflict: PracticeEntry | None = None,
    status: int = 200,
) -> HttpResponse:
    saved = conflict or saved
    context = {
        "room": room,
        "section": section,
        "words": REALIZATION if section == "realisasi" else TEXT_SECTIONS[section],
        "form": form,
        "version": version,
        "steps": [
            REALIZATION["short"],
            *(words["short"] for words in TEXT_SECTIONS.values()),
            _("Check and send the report"),
        ],
        "step": ORDER.index(section) + 1,
        "from_check": (request.POST.get("dari") or request.GET.get("dari")) == "periksa",
        "conflicts": _conflict_rows(conflict, form, section) if conflict else [],
        "conflict_at": conflict.saved_at if conflict else None,
        "saved_at": saved.saved_at if saved else None,
        "zone": room.person.government.timezone,
        "example": example_for(room.person, room.day) if section == "capaian" else None,
    }
    return render(request, "supervision/practice/section.html", context, status=status)


def _conflict_rows(entry: PracticeEntry, form: Any, section: str) -> list[dict[str, Any]]:
    """Return both texts of the fields that two tabs wrote."""
    content = selectors.report_content(entry)
    if section != "realisasi":
        words = TEXT_SECTIONS[section]
        return [{"label": words["short"], "saved": content[words["name"]], "mine": form["text"].value()}]
    rows = []
    for row in form.rows:
        pk = str(row.indicator.pk)
        parts = [("note", _("Explanation"), content["notes"].get(pk, ""))]
        if not row.is_automatic:
            parts.insert(0, ("value", _("Realization"), plain(content["figures"].get(pk))))
        for name, label, saved in parts:
            mine = form[f"{name}_{pk}"].value() or ""
            if str(mine) != str(saved):
                rows.append(
                    {
                        "label": f"{row.indicator.text} ({label})",
                        "saved": saved,
                        "mine": mine,
                        "url": f"#id_{name}_{pk}",
                    }
                )
    return rows


# --- check, send, receipt, the supervisor's eyes


@in_room
@require_GET
def practice_check(request: HttpRequest, room: Room) -> HttpResponse:
    """Everything once more, with what is missing, by the rules and in the words of a real report."""
    entry = selectors.entry_of(request.user, room.period, PracticeKind.REPORT)
    if entry is not None and entry.status not in {"draft", "returned"}:
        return redirect("supervision:practice-report")
    return _check_page(request, room, entry)


def _check_page(
    request: HttpRequest, room: Room, entry: PracticeEntry | None, status: int = 200
) -> HttpResponse:
    content = selectors.report_content(entry)
    problems = [problem_row(row) for row in selectors.problems_of(content, room.period)]
    context = {
        "room": room,
        "entry": entry,
        "blocking": [row for row in problems if row["is_blocking"]],
        "warnings": [row for row in problems if not row["is_blocking"]],
        "figures": [_check_row(row) for row in selectors.figure_rows(content, room.period)],
        "texts": [
            {
                "label": words["short"],
                "value": content[words["name"]],
                "url": f"{reverse('supervision:practice-section', args=[section])}?dari=periksa",
            }
            for section, words in TEXT_SECTIONS.items()
        ],
    }
    return render(request, "supervision/practice/check.html", context, status=status)


def _check_row(row: Any) -> dict[str, Any]:
    value = plain(row.value)
    if value:
        value = _("%(value)s of %(target)s %(measure)s") % {
            "value": value,
            "target": plain(row.target),
            "measure": row.indicator.measure,
        }
    elif row.is_automatic:
        value = _("No figure yet")
    address = reverse("supervision:practice-section", args=["realisasi"])
    return {
        "label": row.indicator.text,
        "value": "\n".join(text for text in (value, origin(row), row.note) if text),
        "url": f"{address}?dari=periksa#baris-{row.indicator.pk}",
    }


@login_required
@require_POST
@in_room
def practice_send(request: HttpRequest, room: Room) -> HttpResponse:
    """Send for practice; a second click ends on the same receipt."""
    receipt = reverse("supervision:practice-receipt")
    try:
        with idempotency.once(request, "supervision.practice_report") as once:
            if not once.is_replay:
                services.send_report(person=room.person, period=room.period, at=timezone.now())
                once.location = receipt
    except services.TransitionNotAllowed:
        messages.info(request, _("This report was sent already. Nothing was sent twice."))
    except services.PracticeOver:
        return over(request)
    except services.PracticeIncomplete:
        entry = selectors.entry_of(request.user, room.period, PracticeKind.REPORT)
        return _check_page(request, room, entry, status=422)
    return redirect(receipt)


@in_room
@require_GET
def practice_receipt(request: HttpRequest, room: Room) -> HttpResponse:
    """What a receipt looks like; the number says that it is none."""
    entry = selectors.entry_of(request.user, room.period, PracticeKind.REPORT)
    sent = _sent(selectors.report_content(entry))
    if not sent:
        return redirect("supervision:practice-report")
    context = {
        "room": room,
        "title": _("Your practice report has been sent - to nobody"),
        "number": f"LATIHAN-{len(sent)}",
        "at": sent[0]["at"],
        "zone": room.person.government.timezone,
        "next_steps": [
            _("With a real report your supervisor reads it now. Here you look at it with their eyes."),
            _("A real report can be taken back until it is reviewed."),
        ],
    }
    return render(request, "supervision/practice/receipt.html", context)


@in_room
@require_GET
def practice_seen(request: HttpRequest, room: Room) -> HttpResponse:
    """What was sent, as the supervisor of a real report sees it."""
    entry = selectors.entry_of(request.user, room.period, PracticeKind.REPORT)
    sent = _sent(selectors.report_content(entry))
    if entry is None or not sent:
        return redirect("supervision:practice-report")
    context = {
        "room": room,
        "entry": entry,
        "content": sent[0]["content"],
        "at": sent[0]["at"],
        "may_continue": room.is_running and entry.status in {"sent", "sent_again"},
        "is_second": entry.status in {"sent_again", "done"},
        "zone": room.person.government.timezone,
    }
    return render(request, "supervision/practice/seen.html", context)


@login_required
@require_POST
@in_room
def practice_continue(request: HttpRequest, room: Room) -> HttpResponse:
    """Take the answer of the exercise: a question the first time, the end the second time."""
    try:
        services.continue_report(person=room.person, period=room.period, at=timezone.now())
    except services.PracticeOver:
        return over(request)
    except services.TransitionNotAllowed:
        pass  # a second click: the page says where it stands
    return redirect("supervision:practice-report")


@login_required
@require_POST
def practice_delete(request: HttpRequest) -> HttpResponse:
    """Delete all my practice, after a question; also after the period."""
    person, _day = writer_and_day(request)
    if not request.POST.get("confirmed"):
        return render(request, "supervision/practice/delete.html")
    if services.delete_own(person=person):
        messages.success(request, _("Everything you practised is deleted. Nothing of it is left."))
    else:
        messages.info(request, _("There was nothing to delete."))
    return redirect("supervision:practice")
