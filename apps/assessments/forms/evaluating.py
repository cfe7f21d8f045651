"""Forms of the evaluating half. They clean into domain types and save nothing."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.rules.periods import Periodicity
from apps.indicators.rules.forms import BEHAVIOR_VALUES

from ..labels import OrgPredicateChoices, PeriodicityChoices, RatingChoices
from ..rules.predikat import Rating
from ..services.evaluations import NoteText

LONG = 4000
SHORT = 1000

RESULT_ANCHORS = {
    Rating.ABOVE: gettext_lazy("Results clearly exceed what was agreed, and the evidence shows it."),
    Rating.MEETS: gettext_lazy("Results are what was agreed; small gaps are explained."),
    Rating.BELOW: gettext_lazy("Important results are missing or late without a good reason."),
}
BEHAVIOR_ANCHORS = {
    Rating.ABOVE: gettext_lazy("An example to others in most of the seven values, with cases you can name."),
    Rating.MEETS: gettext_lazy("Acts by the seven values as expected of the post."),
    Rating.BELOW: gettext_lazy("Repeatedly acts against one of the values, and has been told so."),
}


def _anchored(anchors: dict[Rating, Any]) -> list[tuple[str, SafeString]]:
    """Return the three ratings, best first, each with a sentence that says what it means."""
    return [
        (rating.value, format_html("{}<small>{}</small>", RatingChoices(rating.value).label, anchors[rating]))
        for rating in reversed(Rating)
    ]


def _text_field(
    label: Any, limit: int, *, required: bool, hint: Any = "", missing: Any = "", rows: int = 4
) -> Any:
    return forms.CharField(
        label=label,
        required=required,
        max_length=limit,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing} if missing else {},
    )


class CycleForm(forms.Form):
    """A year and how often people are evaluated in it."""

    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=2020,
        max_value=2100,
        error_messages={"required": gettext_lazy("Enter the year, for example 2026.")},
    )
    periodicity = forms.ChoiceField(
        label=gettext_lazy("Periods"),
        choices=[],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how often people are evaluated.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["periodicity"].choices = [  # type: ignore[attr-defined]
            (
                PeriodicityChoices.QUARTERLY.value,
                format_html("{}<small>{}</small>", _("Quarterly"), _("Four quarters and the year")),
            ),
            (
                PeriodicityChoices.MONTHLY.value,
                format_html("{}<small>{}</small>", _("Monthly"), _("Twelve months and the year")),
            ),
        ]

    def clean_periodicity(self) -> Periodicity:
        """Return the domain's value."""
        return Periodicity(self.cleaned_data["periodicity"])


class ClosingForm(forms.Form):
    """A new last instant for reports, as a day and a time of the government's clock."""

    day = forms.DateField(
        label=gettext_lazy("Last day for reports"),
        widget=forms.DateInput(),
        error_messages={"required": gettext_lazy("Enter the last day.")},
    )
    clock = forms.CharField(
        label=gettext_lazy("Time"),
        max_length=5,
        help_text=gettext_lazy("Hours and minutes, for example 23.59"),
        error_messages={"required": gettext_lazy("Enter the time, for example 23.59.")},
    )
    reason = _text_field(
        gettext_lazy("Why is it changed?"),
        500,
        required=True,
        hint=gettext_lazy("Kept in the audit trail. Do not write names."),
        missing=gettext_lazy("Write the reason for the change."),
        rows=3,
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_clock(self) -> time:
        """Accept 23.59 and 23:59."""
        text = self.cleaned_data["clock"].strip().replace(".", ":")
        try:
            return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day, the zone comes with the day
        except ValueError as error:
            raise forms.ValidationError(
                _("Enter the time as hours and minutes, for example 23.59.")
            ) from error

    def closes_at(self) -> datetime:
        """Return the instant; the whole minute still counts."""
        clock = self.cleaned_data["clock"].replace(second=59)
        return datetime.combine(self.cleaned_data["day"], clock, ZoneInfo(self.zone))


class AchievementForm(forms.Form):
    """One of the five organization predicates; none is chosen before."""

    org_predicate = forms.ChoiceField(
        label=gettext_lazy("Organization achievement"),
        choices=OrgPredicateChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the five values.")},
    )
    note = _text_field(
        gettext_lazy("Note"),
        SHORT,
        required=False,
        hint=gettext_lazy("What weighed most. Needed when you change an earlier choice."),
        rows=3,
    )


class RatingForm(forms.Form):
    """Two ratings with their anchors in words, a reason, and feedback per planned result and value of
    behavior.
    """

    work_result = forms.ChoiceField(
        label=gettext_lazy("Rating of work results (hasil kerja)"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a rating of the work results.")},
    )
    behavior = forms.ChoiceField(
        label=gettext_lazy("Rating of behavior (perilaku kerja)"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a rating of the behavior.")},
    )
    reason = _text_field(
        gettext_lazy("Reason"),
        LONG,
        required=False,
        hint=gettext_lazy(
            "Needed for the highest and the lowest rating, and for every change. The person reads it."
        ),
    )
    recommendation = _text_field(
        gettext_lazy("Note or recommendation"),
        LONG,
        required=False,
        hint=gettext_lazy("Printed on the evaluation document: what should come next."),
    )

    def __init__(
        self, *args: Any, results: list[tuple[int, str]], result_is_fixed: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["work_result"].choices = _anchored(RESULT_ANCHORS)  # type: ignore[attr-defined]
        self.fields["behavior"].choices = _anchored(BEHAVIOR_ANCHORS)  # type: ignore[attr-defined]
        if result_is_fixed:
            del self.fields["work_result"]
        self.result_ids = [pk for pk, _text in results]
        for pk in self.result_ids:
            self.fields[f"result_{pk}"] = _text_field(
                _("Feedback on this result"), SHORT, required=False, rows=2
            )
        for value in BEHAVIOR_VALUES:
            self.fields[f"behavior_{value.code}"] = _text_field(value.label, SHORT, required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where one is owed; changes are the service's matter, which knows the earlier
        ratings.
        """
        cleaned = super().clean() or {}
        extremes = {Rating.ABOVE.value, Rating.BELOW.value}
        given = {cleaned.get("work_result"), cleaned.get("behavior")}
        if given & extremes and not (cleaned.get("reason") or "").strip() and "reason" not in self.errors:
            self.add_error("reason", _("Write the reason for the highest or lowest rating."))
        return cleaned

    def notes(self) -> list[NoteText]:
        """Return the feedback that was written."""
        notes = [NoteText(self.cleaned_data[f"result_{pk}"], result_id=pk) for pk in self.result_ids]
        notes += [
            NoteText(self.cleaned_data[f"behavior_{value.code}"], behavior_value=value.code)
            for value in BEHAVIOR_VALUES
        ]
        return [note for note in notes if note.text]


class DeliverForm(forms.Form):
    """Handing over one evaluation; a low one only after a talk."""

    talked = forms.BooleanField(
        label=gettext_lazy("I have talked with this person about the result and about what comes next."),
        error_messages={"required": gettext_lazy("Talk with the person first, then confirm it here.")},
    )

    def __init__(self, *args: Any, talk_is_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["talked"].required = talk_is_needed


class BatchForm(forms.Form):
    """The evaluations named on the preview, and a confirmation that they were looked at."""

    evaluation = forms.TypedMultipleChoiceField(coerce=int, widget=forms.MultipleHiddenInput)
    looked = forms.BooleanField(
        label=gettext_lazy("I have read the list and hand over these evaluations."),
        error_messages={"required": gettext_lazy("Confirm that you have read the list.")},
    )

    def __init__(self, *args: Any, evaluation_ids: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evaluation"].choices = [(pk, pk) for pk in evaluation_ids]  # type: ignore[attr-defined]
