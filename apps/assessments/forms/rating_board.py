"""Forms of the screen "one dimension for all" and of the calibration. They clean and save nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..labels import DimensionChoices
from ..rules.predikat import Rating
from ..rules.rating_reason import needs_reason
from .evaluating import BEHAVIOR_ANCHORS, LONG, RESULT_ANCHORS, _anchored, _text_field

SHORT_REASON = 1000
ANCHORS = {
    DimensionChoices.WORK_RESULT.value: RESULT_ANCHORS,
    DimensionChoices.BEHAVIOR.value: BEHAVIOR_ANCHORS,
}


class _DraftChoice(forms.ChoiceField):
    """A choice that is owed in the end and may be missing in a draft."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class _DraftText(forms.CharField):
    """A text that may be owed in the end and may be missing in a draft."""

    def validate(self, value: Any) -> None:
        """Accept an empty one."""


class RatingRowForm(forms.Form):
    """One person: a rating, none chosen before, and the reason where one is owed."""

    rating = _DraftChoice(
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the three ratings.")},
    )
    reason = _DraftText(
        label=gettext_lazy("Reason"),
        max_length=SHORT_REASON,
        help_text=gettext_lazy(
            "Needed for the highest and the lowest rating, and for every change. The person reads it."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, dimension: str, name: str, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = name
        self.present = present
        field = self.fields["rating"]
        field.choices = _anchored(ANCHORS[dimension])  # type: ignore[attr-defined]
        field.label = DimensionChoices(dimension).label

    def check_reason(self) -> None:
        """Say that a reason is owed; the draft is kept without it."""
        rating = self.cleaned_data.get("rating")
        if not rating or (self.cleaned_data.get("reason") or "").strip():
            return
        if needs_reason(Rating(rating), Rating(self.present) if self.present else None):
            self.add_error("reason", _("%(name)s: write the reason for this rating.") % {"name": self.name})


class SettleForm(forms.Form):
    """The people ticked on the check page; none is ticked before."""

    evaluation = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one person.")},
    )

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evaluation"].choices = choices  # type: ignore[attr-defined]


class StatementForm(forms.Form):
    """Why the distribution differs from the pattern (DIST-4)."""

    reason = _text_field(
        gettext_lazy("Why does the distribution differ?"),
        LONG,
        required=True,
        hint=gettext_lazy("Name what the unit did, not the people. It is kept with the numbers of today."),
        missing=gettext_lazy("Write the reason for the different distribution."),
    )


class SessionForm(forms.Form):
    """Opening a calibration: who takes part, and what it is about."""

    participants = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who takes part"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They see the ratings of all people of this unit while they take part."),
    )
    note = _text_field(gettext_lazy("What the calibration is about"), SHORT_REASON, required=False, rows=3)

    def __init__(self, *args: Any, candidates: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["participants"].choices = candidates  # type: ignore[attr-defined]
        if not candidates:
            del self.fields["participants"]


class MoveForm(forms.Form):
    """Other ratings for one person, with the reason for the move."""

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
        gettext_lazy("Reason for the change"),
        LONG,
        required=True,
        hint=gettext_lazy("The appraiser and the person read it beside the original rating."),
        missing=gettext_lazy("Write the reason for the change."),
    )

    def __init__(self, *args: Any, result_is_fixed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["work_result"].choices = _anchored(RESULT_ANCHORS)  # type: ignore[attr-defined]
        self.fields["behavior"].choices = _anchored(BEHAVIOR_ANCHORS)  # type: ignore[attr-defined]
        if result_is_fixed:
            del self.fields["work_result"]


class CommentForm(forms.Form):
    """What the appraiser says about a move."""

    text = _text_field(
        gettext_lazy("Your comment"),
        SHORT_REASON,
        required=True,
        missing=gettext_lazy("Write your comment."),
    )
