"""Forms of coaching talks and recognition."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import day_field


class CoachingForm(forms.Form):
    """A coaching talk."""

    observation = forms.CharField(
        label=_("What did you see?"),
        help_text=_("Facts and examples, no judgement about the person."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what you saw.")},
    )
    agreement = forms.CharField(
        label=_("What did you agree on?"),
        help_text=_("Who does what, so that both recognize later whether it happened."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what you agreed on.")},
    )
    follow_up_on = day_field(
        _("When do you look at it together again?"), _("Write the day of the next talk.")
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_follow_up_on(self) -> date:
        """Refuse a day in the past."""
        day: date = self.cleaned_data["follow_up_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day has passed. Choose today or a later day."))
        return day


class CloseCoachingForm(forms.Form):
    """What came of a talk."""

    improved = forms.TypedChoiceField(
        label=_("Has it improved?"),
        choices=[("yes", _("Yes, what was agreed has happened")), ("no", _("Not yet"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it has improved.")},
    )
    outcome = forms.CharField(
        label=_("What came of it?"),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what came of it.")},
    )


class RecognitionForm(forms.Form):
    """A deed and why it matters."""

    title = forms.CharField(
        label=_("What was done?"),
        help_text=_("Name the deed, for example: set up a queue for pregnant women."),
        max_length=150,
        error_messages={"required": _("Write what was done.")},
    )
    reason = forms.CharField(
        label=_("Why does it matter?"),
        help_text=_("Whom did it help, and how? Colleagues of the unit read this."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Write why it matters.")},
    )
