"""Forms of the practice period. What staff and supervisors fill in are the forms of the real thing, imported here."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.assessments.forms.evaluating import RatingForm
from apps.assessments.forms.reporting import EntryForm, RealizationForm, TextForm
from apps.assessments.labels import RatingChoices
from apps.assessments.report_texts import TEXT_SECTIONS
from apps.assessments.rules.predikat import Rating

from ..practice_material import PLAN

_DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]
_DAY_WRONG = _("Write a date, for example 31/12/2026.")


def entry_form(data: Any, *, today: date, **options: Any) -> EntryForm:
    """Return the form of a progress line over the invented plan."""
    return EntryForm(data, results=PLAN, today=today, **options)  # type: ignore[arg-type]


def text_form(section: str, data: Any, text: str) -> TextForm:
    """Return the form of one text section."""
    words = TEXT_SECTIONS[section]
    return TextForm(
        data, initial={"text": text}, name=words["name"], label=words["title"], hint=words["hint"]
    )


class CaseRatingForm(RatingForm):
    """The two ratings and the reason of the real form; feedback and recommendation are left out."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, results=[], result_is_fixed=False, **options)
        for name in list(self.fields):
            if name not in {"work_result", "behavior", "reason"}:
                del self.fields[name]
        self.fields["reason"].help_text = _("Needed for the highest and the lowest rating. Only you read it.")

    @property
    def ratings(self) -> dict[str, Rating]:
        """Both ratings, from clean data."""
        return {name: Rating(self.cleaned_data[name]) for name in ("work_result", "behavior")}


class PracticePeriodForm(forms.Form):
    """From when to when people may practise."""

    opens_on = forms.DateField(
        label=_("First day"),
        input_formats=_DAY_FORMATS,
        widget=forms.DateInput(),
        error_messages={"required": _("Write the first day."), "invalid": _DAY_WRONG},
    )
    closes_on = forms.DateField(
        label=_("Last day"),
        input_formats=_DAY_FORMATS,
        widget=forms.DateInput(),
        error_messages={"required": _("Write the last day."), "invalid": _DAY_WRONG},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        data = super().clean() or {}
        first, last = data.get("opens_on"), data.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("The last day is before the first day."))
        return data


def _text(label: Any, missing: Any, hint: Any = "", rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing},
    )


class CaseForm(forms.Form):
    """A case for raters, with what was agreed on."""

    title = forms.CharField(
        label=_("Who is it about, in a few words?"),
        help_text=_("Invented. Do not describe anybody people could recognise."),
        max_length=120,
        error_messages={"required": _("Write a few words.")},
    )
    results = _text(
        _("What was agreed and what was reached?"), _("Write what was reached."), _("With figures.")
    )
    behavior_text = _text(
        _("What was seen of the seven values?"), _("Write what was seen."), _("Cases, not adjectives.")
    )
    work_result = forms.ChoiceField(
        label=_("Agreed rating of work results (hasil kerja)"),
        choices=RatingChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the agreed rating.")},
    )
    behavior = forms.ChoiceField(
        label=_("Agreed rating of behavior (perilaku kerja)"),
        choices=RatingChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the agreed rating.")},
    )
    why = _text(
        _("Why were these two agreed on?"),
        _("Write why."),
        _("Shown to a supervisor after their own rating, never before."),
    )

    @property
    def values(self) -> dict[str, Any]:
        """The case, from clean data."""
        return self.cleaned_data | {
            name: Rating(self.cleaned_data[name]) for name in ("work_result", "behavior")
        }


__all__ = [
    "CaseForm",
    "CaseRatingForm",
    "PracticePeriodForm",
    "RealizationForm",
    "entry_form",
    "text_form",
]
