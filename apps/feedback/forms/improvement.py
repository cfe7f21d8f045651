"""Forms of improvement plans and of proof of publication."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.employees.models import Employee

from ..labels import PublicationMediumChoices
from ..models import PublicationMedium
from .public import WordsForm

MOST_STEPS = 20
_WHO = _("Choose who is responsible.")
_WHEN = _("Give the day until which it is done.")


def lines_of(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class PlanForm(forms.Form):
    """What is done about it, by whom, until when."""

    reason = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("In a sentence, from the answers, complaints or the meeting."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a sentence what is wrong.")},
    )
    action = forms.CharField(
        label=_("What will be done?"),
        help_text=_("One action that can be seen and shown in a photo, for example: open a third counter."),
        max_length=300,
        error_messages={"required": _("Say what will be done.")},
    )
    unsur_code = forms.ChoiceField(label=_("Which element should get better?"), required=False)
    responsible = forms.ModelChoiceField(
        label=_("Who is responsible?"),
        queryset=Employee.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _WHO, "invalid_choice": _("Choose somebody from the list.")},
    )
    due_on = forms.DateField(label=_("Until when?"), error_messages={"required": _WHEN})
    steps = forms.CharField(
        label=_("Steps on the way"),
        help_text=_("One per line. They can be ticked off later."),
        required=False,
        max_length=2000,
        widget=forms.Textarea,
    )

    def __init__(
        self, *args: Any, people: Any, unsur: list[tuple[str, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]
        self.fields["responsible"].label_from_instance = lambda person: person.full_name  # type: ignore[attr-defined]
        if unsur:
            self.fields["unsur_code"].choices = [("", _("The service as a whole")), *unsur]  # type: ignore[attr-defined]
        else:
            del self.fields["unsur_code"]

    def clean_due_on(self) -> date:
        """Refuse a day that has passed."""
        return not_past(self.cleaned_data["due_on"], self.today)

    def clean_steps(self) -> list[str]:
        """Return the lines."""
        steps = lines_of(self.cleaned_data["steps"])
        if len(steps) > MOST_STEPS:
            raise forms.ValidationError(_("Write at most %(n)s steps."), params={"n": MOST_STEPS})
        if any(len(step) > 200 for step in steps):
            raise forms.ValidationError(_("A step has at most 200 characters. Make two of it."))
        return steps


def not_past(day: date, today: date) -> date:
    if day < today:
        raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
    return day


class PlanChangeForm(forms.Form):
    """What is changed, and why."""

    action = forms.CharField(
        label=_("What will be done?"),
        max_length=300,
        error_messages={"required": _("Say what will be done.")},
    )
    responsible = forms.ModelChoiceField(
        label=_("Who is responsible?"),
        queryset=Employee.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _WHO, "invalid_choice": _("Choose somebody from the list.")},
    )
    due_on = forms.DateField(label=_("Until when?"), error_messages={"required": _WHEN})
    reason = forms.CharField(
        label=_("Why is it changed?"),
        help_text=_("It stays in the history of the item."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Say why it is changed.")},
    )

    def __init__(self, *args: Any, people: Any, today: date, present_day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.present_day = present_day
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]
        self.fields["responsible"].label_from_instance = lambda person: person.full_name  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        """A day that has passed may stay as it is, but not be chosen."""
        day: date = self.cleaned_data["due_on"]
        return day if day == self.present_day else not_past(day, self.today)


class ProofForm(forms.Form):
    """A photo or a PDF, and what it shows."""

    file = forms.FileField(
        label=_("Photo or PDF"),
        error_messages={
            "required": _("Choose a photo or a PDF."),
            "empty": _("This file is empty (0 bytes). Choose it again, or save it anew first."),
        },
    )
    caption = forms.CharField(label=_("What does it show?"), required=False, max_length=200)

    def __init__(self, *args: Any, limit_mb: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "JPEG, PNG, WebP or PDF, at most %(limit)s MB. The place where a photo was taken is removed from it."
        ) % {"limit": limit_mb}


class StepForm(forms.Form):
    """One more step."""

    text = forms.CharField(
        label=_("Another step"), max_length=200, error_messages={"required": _("Write something first.")}
    )


class CheckForm(WordsForm):
    """Whether the proof shows the work."""

    verdict = forms.ChoiceField(
        label=_("Does the proof show that it is done?"),
        choices=[
            ("accept", _("Yes, it is done")),
            ("send_back", _("No, back to the responsible person")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the proof shows it.")},
    )
    field_order = ["verdict", "text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(
            *args,
            required=False,
            label=_("Your words"),
            hint=_("Needed when you send it back: say what is missing."),
            **kwargs,
        )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a refusal."""
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == "send_back" and not cleaned.get("text"):
            self.add_error("text", _("Say what is missing, so that it can be put right."))
        return cleaned


class PublicationForm(forms.Form):
    """Where a result can be read."""

    medium = forms.ChoiceField(
        label=pgettext_lazy("publication", "Where?"),
        error_messages={"required": _("Choose where it was published.")},
    )
    place = forms.CharField(
        label=_("Which one exactly?"),
        help_text=_("For example: notice board of the waiting room, or the name of the account."),
        required=False,
        max_length=200,
    )
    link = forms.URLField(
        label=_("Address (link)"),
        help_text=_("It helps readers, but is no proof: pages change."),
        required=False,
        max_length=400,
        assume_scheme="https",
        error_messages={"invalid": _("Write a whole address, for example https://dinkes.example.go.id/skm.")},
    )
    published_on = forms.DateField(
        label=_("Since when?"), error_messages={"required": _("Give the day of publication.")}
    )
    file = forms.FileField(
        label=_("Photo of it, or PDF"),
        required=False,
        error_messages={"empty": _("This file is empty (0 bytes). Choose it again, or save it anew first.")},
    )

    def __init__(self, *args: Any, own_media: Any, limit_mb: int, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.own_media: dict[str, PublicationMedium] = {f"own:{row.pk}": row for row in own_media}
        own = PublicationMediumChoices.OWN.value
        built_in = [choice for choice in PublicationMediumChoices.choices if choice[0] != own]
        self.fields["medium"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            *built_in,
            *((key, row.name) for key, row in self.own_media.items()),
        ]
        self.fields["file"].help_text = _(
            "A picture of the board, or the page as PDF, at most %(limit)s MB. Without it the entry does not count."
        ) % {"limit": limit_mb}

    def clean_published_on(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["published_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        """Split the choice into a known medium and one of the government's own."""
        cleaned = super().clean() or {}
        chosen = cleaned.get("medium", "")
        cleaned["own_medium"] = self.own_media.get(chosen)
        if cleaned["own_medium"] is not None:
            cleaned["medium"] = PublicationMediumChoices.OWN.value
        return cleaned


class MediumForm(forms.Form):
    """A medium of one's own."""

    name = forms.CharField(
        label=_("Name of the medium"),
        help_text=_("For example: village radio, banner at the market."),
        max_length=80,
        error_messages={"required": _("Give the medium a name.")},
    )
