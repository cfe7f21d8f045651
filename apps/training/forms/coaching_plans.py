"""Forms of coaching plans."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..labels import CoachingPlanStatus
from .coaching import CoachingForm
from .fields import SpanForm, day_field

STEP_ROWS = 4
_STEP_DAY = _("Write until when.")


class PlanForm(SpanForm):
    """A goal with its first steps; rows of steps that stay empty do not count."""

    goal = forms.CharField(
        label=_("What shall be different at the end?"),
        help_text=_("So that both recognize it, for example: every report is sent before the closing."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Write the goal.")},
    )
    cause_words = forms.CharField(
        label=_("What led to it?"),
        help_text=_("Facts, no judgement about the person."),
        max_length=500,
        required=False,
        widget=forms.Textarea,
    )
    field_order = ["goal", "cause_words", "starts_on", "ends_on"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in range(1, STEP_ROWS + 1):
            self.fields[f"step_{number}"] = forms.CharField(
                label=_("Step %(number)s") % {"number": number}, max_length=300, required=False
            )
            due = day_field(_("Step %(number)s is done by") % {"number": number}, _STEP_DAY)
            due.required = False
            self.fields[f"step_{number}_due"] = due

    @property
    def step_rows(self) -> list[tuple[Any, Any]]:
        """The pairs of fields for the template."""
        return [(self[f"step_{n}"], self[f"step_{n}_due"]) for n in range(1, STEP_ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one step, each with its day within the plan."""
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last == first:
            self.add_error("ends_on", gettext("The plan needs more than one day."))
        steps: list[tuple[str, date]] = []
        for number in range(1, STEP_ROWS + 1):
            text, due = data.get(f"step_{number}", "").strip(), data.get(f"step_{number}_due")
            if not text and not due:
                continue
            if f"step_{number}_due" in self.errors:
                continue
            if not text:
                self.add_error(f"step_{number}", gettext("Write what is done in this step."))
            elif due is None:
                self.add_error(f"step_{number}_due", gettext("Write until when."))
            elif first and last and not first <= due <= last:
                self.add_error(f"step_{number}_due", gettext("This day lies outside the days of the plan."))
            else:
                steps.append((text, due))
        if not steps and not any(name.startswith("step_") for name in self.errors):
            self.add_error("step_1", gettext("Write at least one step."))
        data["steps"] = steps
        return data


class StepForm(forms.Form):
    """One more step."""

    text = forms.CharField(
        label=_("What is done?"), max_length=300, error_messages={"required": _("Write what is done.")}
    )
    due_on = day_field(_("Until"), _STEP_DAY)

    def __init__(self, *args: Any, first: date, last: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.first, self.last = first, last

    def clean_due_on(self) -> date:
        """Refuse a day outside of the plan."""
        day: date = self.cleaned_data["due_on"]
        if not self.first <= day <= self.last:
            raise forms.ValidationError(_("This day lies outside the days of the plan."))
        return day


class PlanNoteForm(forms.Form):
    """A note in a plan."""

    text = forms.CharField(
        label=_("Your note"),
        help_text=_("The other one reads it at once. It stays in the plan."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Write your note.")},
    )


class CounsellingForm(CoachingForm):
    """A talk within a plan; may be kept between the two and the personnel office."""

    is_confidential = forms.BooleanField(
        label=_("Confidential: only the two of you and the personnel officer read it"), required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["observation"].label = _("What was discussed?")
        self.fields["observation"].help_text = _("What both of you said, so that both find it fair.")


class ClosePlanForm(forms.Form):
    """What came of a plan."""

    status = forms.ChoiceField(
        label=_("Was the goal reached?"),
        choices=[choice for choice in CoachingPlanStatus.choices if choice[0] != "open"],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the goal was reached.")},
    )
    outcome = forms.CharField(
        label=_("What came of it?"),
        help_text=_("The person reads it."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what came of it.")},
    )
