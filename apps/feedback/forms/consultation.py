"""Forms around meetings with the public."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.employees.models import Employee, WorkUnit

from ..labels import ConsultationKind, NotShownReason
from ..models import ConsultationGroup, Service
from .improvement import lines_of, not_past
from .public import STORY_LENGTH, PublicForm, WordsForm

MOST_LINES = 40


def _time_field(label: Any, error: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        input_formats=["%H:%M", "%H.%M"],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("For example 09.00"),
        error_messages={"required": error, "invalid": _("Write the time like 09.00.")},
    )


class ConsultationForm(forms.Form):
    """What, when, where, how to take part."""

    unit = forms.ModelChoiceField(
        label=_("Which unit invites?"),
        queryset=WorkUnit.objects.none(),
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose the unit that invites."),
            "invalid_choice": _("Choose a unit from the list."),
        },
    )
    service = forms.ModelChoiceField(
        label=_("About one service?"),
        help_text=_("Then what is planned because of it can be measured with the surveys of that service."),
        queryset=Service.objects.none(),
        required=False,
        empty_label=_("About the unit as a whole"),
        error_messages={"invalid_choice": _("Choose a service from the list.")},
    )
    kind = forms.ChoiceField(label=_("What kind of meeting?"), choices=ConsultationKind.choices)
    title = forms.CharField(
        label=_("Title"),
        help_text=_("As it stands in the announcement."),
        max_length=200,
        error_messages={"required": _("Give the meeting a title.")},
    )
    purpose = forms.CharField(
        label=_("What is it about?"),
        help_text=_("Two or three plain sentences."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Say what the meeting is about.")},
    )
    day = forms.DateField(label=_("Day"), error_messages={"required": _("Give the day of the meeting.")})
    begins = _time_field(_("Begins at"), _("Say when it begins."))
    ends = _time_field(_("Ends at"), _("Say when it ends."))
    place = forms.CharField(
        label=_("Place"),
        max_length=300,
        error_messages={"required": _("Say where it takes place.")},
    )
    how_to_join = forms.CharField(
        label=_("How can people take part?"),
        help_text=_("Free entry or how to register, whom to ask. It can be read by everybody."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Say how people can take part.")},
    )
    accessibility = forms.CharField(
        label=_("For persons with disabilities, elderly people and parents"),
        help_text=_("Ramp, sign language, child care, help on the way. Leave it empty if there is nothing."),
        required=False,
        max_length=1000,
        widget=forms.Textarea,
    )
    agenda = forms.CharField(
        label=_("Agenda"),
        help_text=_("One point per line."),
        max_length=4000,
        widget=forms.Textarea,
        error_messages={"required": _("Write at least one point of the agenda.")},
    )
    groups = forms.CharField(
        label=_("Which groups are invited?"),
        help_text=_("One group per line, no names of people: traders of the market, village heads, users."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write at least one group.")},
    )
    contributions_until = forms.DateField(
        label=_("Written contributions until"),
        help_text=_("People can write before the meeting, without a name. Leave it empty to take none."),
        required=False,
    )

    def __init__(self, *args: Any, units: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        if units is None:
            del self.fields["unit"], self.fields["service"], self.fields["kind"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]
            self.fields["service"].queryset = (  # type: ignore[attr-defined]
                Service.objects.public().filter(unit__in=units).order_by("name", "id")
            )

    def clean_agenda(self) -> list[str]:
        """Return the lines."""
        return _checked_lines(self.cleaned_data["agenda"], 300)

    def clean_groups(self) -> list[str]:
        """Return the lines."""
        return _checked_lines(self.cleaned_data["groups"], 120)

    def clean(self) -> dict[str, Any]:
        """Make instants of day and times in the zone of the government."""
        cleaned = super().clean() or {}
        day, begins, ends = cleaned.get("day"), cleaned.get("begins"), cleaned.get("ends")
        if day and begins and ends:
            if ends <= begins:
                self.add_error("ends", _("It would end before it begins."))
            cleaned["starts_at"] = _instant(day, begins, self.zone)
            cleaned["ends_at"] = _instant(day, ends, self.zone)
        unit, service = cleaned.get("unit"), cleaned.get("service")
        if unit and service and not service.unit.path.startswith(unit.path):
            self.add_error("service", _("This service belongs to another unit."))
        until = cleaned.get("contributions_until")
        if day and until and until > day:
            self.add_error("contributions_until", _("Choose the day of the meeting or an earlier one."))
        return cleaned


def _instant(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone))


def _checked_lines(text: str, longest: int) -> list[str]:
    lines = lines_of(text)
    if not lines:
        raise forms.ValidationError(_("Write at least one line."))
    if len(lines) > MOST_LINES:
        raise forms.ValidationError(_("Write at most %(n)s lines."), params={"n": MOST_LINES})
    if any(len(line) > longest for line in lines):
        raise forms.ValidationError(_("A line has at most %(n)s characters."), params={"n": longest})
    return lines


class AttendanceForm(forms.Form):
    """How many came, by group."""

    others = forms.CharField(
        label=_("Other groups that came"),
        help_text=_("One per line, with a number: Journalists 4"),
        required=False,
        max_length=1000,
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, groups: list[ConsultationGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = groups
        own: dict[str, forms.Field] = {}
        for group in groups:
            own[f"group_{group.pk}"] = forms.IntegerField(
                label=group.name,
                required=False,
                min_value=0,
                max_value=100_000,
                initial=group.attended,
                error_messages={
                    "invalid": _("Write a whole number."),
                    "min_value": _("The number cannot be negative."),
                },
            )
        self.fields = {**own, **self.fields}

    def clean_others(self) -> dict[str, int]:
        """Read "group number" per line."""
        found: dict[str, int] = {}
        for line in lines_of(self.cleaned_data["others"]):
            name, _space, number = line.rpartition(" ")
            if not name.strip() or not number.isdecimal() or len(number) > 6 or len(name) > 120:
                raise forms.ValidationError(
                    _("“%(line)s” is not a group with a number at its end."), params={"line": line}
                )
            found[name.strip()] = int(number)
        return found

    def counts(self) -> dict[int, int | None]:
        """Return the number per known group."""
        return {group.pk: self.cleaned_data[f"group_{group.pk}"] for group in self.groups}


class MinutesForm(forms.Form):
    """What was talked about and agreed."""

    text = forms.CharField(
        label=_("Minutes"),
        help_text=_("They are published. Write groups and units, no names, no telephone numbers."),
        max_length=20_000,
        widget=forms.Textarea,
        error_messages={"required": _("Write the minutes.")},
    )
    file = forms.FileField(
        label=_("Signed minutes as scan (PDF or photo)"),
        required=False,
        error_messages={"empty": _("This file is empty (0 bytes). Choose it again, or save it anew first.")},
    )
    is_file_public = forms.BooleanField(
        label=_("The scan holds no attendance list and no names: show it to the public"), required=False
    )

    def __init__(self, *args: Any, limit_mb: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "At most %(limit)s MB. It is kept for auditors; the public sees it only if you say so below."
        ) % {"limit": limit_mb}


class PointForm(WordsForm):
    """Something that was raised, and by which group."""

    group = forms.ModelChoiceField(
        label=_("Raised by which group?"),
        queryset=ConsultationGroup.objects.none(),
        required=False,
        empty_label=_("Not recorded"),
    )

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class CommitmentForm(forms.Form):
    """A promise: what, who, until when."""

    text = forms.CharField(
        label=_("What is promised?"),
        help_text=_("The public reads it, with the day and the name of the unit. Name no person."),
        max_length=300,
        error_messages={"required": _("Say what is promised.")},
    )
    owner = forms.ModelChoiceField(
        label=_("Who sees to it?"),
        help_text=_("For the office only; in public the unit stands for it."),
        queryset=Employee.objects.none(),
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose who sees to it."),
            "invalid_choice": _("Choose somebody from the list."),
        },
    )
    due_on = forms.DateField(
        label=_("Until when?"), error_messages={"required": _("Give the day until which it is done.")}
    )

    def __init__(self, *args: Any, people: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.fields["owner"].label_from_instance = lambda person: person.full_name  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        """Refuse a day that has passed."""
        return not_past(self.cleaned_data["due_on"], self.today)


class ResumeForm(WordsForm):
    """Why it is taken up again, and until when."""

    due_on = forms.DateField(
        label=_("Until when now?"), error_messages={"required": _("Give the day until which it is done.")}
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self) -> date:
        """Refuse a day that has passed."""
        return not_past(self.cleaned_data["due_on"], self.today)


class ContributionForm(PublicForm):
    """What somebody wants to be talked about. No name is asked."""

    text = forms.CharField(
        label=_("What should be talked about?"),
        help_text=_("Please write no names and no telephone numbers, neither yours nor others'."),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )


class ReadForm(forms.Form):
    """Whether a contribution can be shown."""

    reason_code = forms.ChoiceField(
        label=_("May the public read it?"),
        choices=[("show", _("Yes, show it")), *NotShownReason.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it can be shown.")},
    )

    def clean_reason_code(self) -> str:
        """Return the reason against it; empty to show it."""
        code = str(self.cleaned_data["reason_code"])
        return "" if code == "show" else code
