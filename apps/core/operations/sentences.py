"""The state of the installation in words, each with a tone and what to do when it is not well."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import long_jobs
from .state import CheckState, Lag, SystemState

GOOD, WATCH, BAD = "success", "warning", "danger"
# Beyond these somebody notices: a receipt's letter, a figure on a screen.
LATE_SECONDS = 60
VERY_LATE_SECONDS = 600


@dataclass(frozen=True)
class Line:
    """One part of the installation: its name, a sentence, and advice when there is something to do."""

    part: str
    sentence: str
    tone: str
    advice: str = ""

    @property
    def word(self) -> str:
        """The tone in a word, so that color is not needed."""
        return {GOOD: _("Well"), WATCH: _("Watch"), BAD: _("Act")}[self.tone]


def lines_of(state: SystemState) -> list[Line]:
    """Return one line per part, in the order in which somebody would look for a fault."""
    lines = [_redis(state), *(_process(name, is_alive) for name, is_alive in state.processes.items())]
    lines += [_queue(state), _parked(state), _jobs(state)]
    lines += [_lag(lag) for lag in state.lags]
    lines += [_check(check, state.at) for check in state.checks]
    return lines


def duration(seconds: float) -> str:
    """Return a length of time in words: seconds below a minute and a half, else the two largest units."""
    if seconds < 90:
        return ngettext("%(n)s second", "%(n)s seconds", round(seconds)) % {"n": round(seconds)}
    if seconds < 5400:
        minutes = round(seconds / 60)
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    hours = round(seconds / 3600)
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


def _redis(state: SystemState) -> Line:
    if state.redis_answers:
        return Line(_("Doorbell (Redis)"), _("Answers."), GOOD)
    return Line(
        _("Doorbell (Redis)"),
        _("Does not answer. Nothing is lost; work in the background waits and is taken up afterwards."),
        BAD,
        _("Start Redis, or check its address and its memory."),
    )


def _process(name: str, is_alive: bool) -> Line:
    part = {"worker": _("Worker"), "beat": _("Schedule (beat)")}[name]
    if is_alive:
        return Line(part, _("Gave a sign of life within the last half minute."), GOOD)
    return Line(
        part,
        _("No sign of life for more than half a minute."),
        BAD,
        _("Start the process. What it missed is done then, once."),
    )


def _queue(state: SystemState) -> Line:
    if not state.outbox_waiting:
        return Line(_("Queue"), _("Nothing waits."), GOOD)
    sentence = ngettext(
        "%(n)s piece of work, oldest %(age)s.", "%(n)s pieces of work, oldest %(age)s.", state.outbox_waiting
    ) % {"n": state.outbox_waiting, "age": duration(state.outbox_oldest_seconds)}
    if state.outbox_oldest_seconds < LATE_SECONDS:
        return Line(_("Queue"), sentence, GOOD)
    tone = WATCH if state.outbox_oldest_seconds < VERY_LATE_SECONDS else BAD
    return Line(_("Queue"), sentence, tone, _("If it keeps growing, start another worker."))


def _parked(state: SystemState) -> Line:
    if not state.outbox_parked:
        return Line(_("Set aside"), _("Nothing was set aside after repeated failures."), GOOD)
    return Line(
        _("Set aside"),
        ngettext(
            "%(n)s piece of work failed again and again and was set aside.",
            "%(n)s pieces of work failed again and again and were set aside.",
            state.outbox_parked,
        )
        % {"n": state.outbox_parked},
        BAD,
        _("The log names the cause. After mending it, take the work up again: manage.py outbox."),
    )


def _jobs(state: SystemState) -> Line:
    if not state.jobs_running:
        return Line(_("Long jobs"), _("None runs."), GOOD)
    text = ngettext(
        "%(n)s long job runs: %(titles)s.", "%(n)s long jobs run: %(titles)s.", state.jobs_running
    )
    titles = ", ".join(
        f"{long_jobs.title_of_kind(kind)} ({count})" if count > 1 else long_jobs.title_of_kind(kind)
        for kind, count in state.jobs.items()
    )
    return Line(_("Long jobs"), text % {"n": state.jobs_running, "titles": titles}, GOOD)


def _lag(lag: Lag) -> Line:
    part = _("Summary: %(title)s") % {"title": _(lag.title)}
    if lag.seconds < LATE_SECONDS:
        return Line(part, _("Up to date."), GOOD)
    tone = WATCH if lag.seconds < VERY_LATE_SECONDS else BAD
    return Line(
        part,
        _("%(age)s behind what it sums up.") % {"age": duration(lag.seconds)},
        tone,
        _("If worker and schedule are alive, the log says why."),
    )


def _check(state: CheckState, now: datetime) -> Line:
    part = _("Daily check: %(title)s") % {"title": _(state.check.title)}
    if state.at is None:
        return Line(
            part, _("Has not run yet."), WATCH, _("It runs at night; the schedule must be alive then.")
        )
    checked = _("Checked %(age)s ago.") % {"age": duration((now - state.at).total_seconds())}
    if state.differences:
        found = _(state.check.found) % {"n": state.differences}
        return Line(part, f"{found} {checked}", BAD, _(state.check.advice))
    fits = _("Everything fits.")
    return Line(part, f"{fits} {checked}", GOOD)
