"""Forms of an objection: filing (form D.1.3), asking, explaining, deciding. They clean and save nothing."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..labels import RatingChoices
from ..models import Evaluation
from ..services.objections import BEHAVIOR, WORK_RESULT
from .evaluating import BEHAVIOR_ANCHORS, LONG, RESULT_ANCHORS, _anchored, _text_field


class ObjectionForm(forms.Form):
    """What is objected to, why, and what is wanted (OBJ-1, form D.1.3)."""

    about = forms.MultipleChoiceField(
        label=gettext_lazy("What do you object to?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one of the two ratings.")},
    )
    reason = _text_field(
        gettext_lazy("What is wrong with the evaluation, and why?"),
        LONG,
        required=True,
        hint=gettext_lazy(
            "Name the rating you object to and the facts: which results, which days, which evidence."
        ),
        missing=gettext_lazy("Write your reasons. An objection without reasons cannot be examined."),
        rows=8,
    )
    wanted = _text_field(
        gettext_lazy("What do you ask for?"),
        LONG,
        required=True,
        hint=gettext_lazy("For example: that the work results are rated again with the report of September."),
        missing=gettext_lazy("Write what you ask for."),
        rows=4,
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ratings = (
            (WORK_RESULT, _("The rating of the work results"), evaluation.work_result_rating),
            (BEHAVIOR, _("The rating of the behavior"), evaluation.behavior_rating),
        )
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            (value, format_html("{}<small>{}</small>", label, RatingChoices(rating).label))
            for value, label, rating in ratings
        ]


class AskForm(forms.Form):
    """What the decider wants to know from both."""

    question = _text_field(
        gettext_lazy("What should both explain?"),
        LONG,
        required=True,
        hint=gettext_lazy("The employee and the appraiser read the same question and answer on their own."),
        missing=gettext_lazy("Write what you want to know."),
        rows=5,
    )


class StatementForm(forms.Form):
    """One side's explanation; a draft may be empty, what is sent may not."""

    text = _text_field(
        gettext_lazy("Your explanation"),
        LONG,
        required=True,
        hint=gettext_lazy("Facts, days and evidence. Once sent, it can no longer be changed."),
        missing=gettext_lazy("Write your explanation before you send it."),
        rows=10,
    )
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_draft: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = not is_draft


class AttachmentForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("Photo or PDF"),
        allow_empty_file=True,
        max_length=None,
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "missing": gettext_lazy("Choose a file first."),
        },
    )

    def __init__(self, *args: Any, limit_mb: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "JPEG, PNG, WebP or PDF, at most %(limit)s MB. One file at a time."
        ) % {"limit": limit_mb}


class DecisionForm(forms.Form):
    """The superior's final word on an objection. `must_confirm` asks whether both were heard some other way."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a decision.")},
    )
    work_result = forms.ChoiceField(
        label=gettext_lazy("New rating of work results"), widget=forms.RadioSelect, required=False
    )
    behavior = forms.ChoiceField(
        label=gettext_lazy("New rating of behavior"), widget=forms.RadioSelect, required=False
    )
    decision_reason = _text_field(
        gettext_lazy("Reason for the decision"),
        LONG,
        required=True,
        hint=gettext_lazy("The employee and the appraiser read it. Say what you asked both of them."),
        missing=gettext_lazy("Write the reason for your decision."),
        rows=6,
    )
    heard = forms.BooleanField(
        label=gettext_lazy("I have heard both sides, and the reason says what they told me."),
        error_messages={
            "required": gettext_lazy(
                "Ask both to explain, or talk with them; then confirm it here. Both have the right to be heard."
            )
        },
    )

    def __init__(self, *args: Any, must_confirm: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            ("upheld", _("Uphold the objection: the ratings change")),
            ("rejected", _("Reject the objection: the ratings stay")),
        ]
        self.fields["work_result"].choices = _anchored(RESULT_ANCHORS)  # type: ignore[attr-defined]
        self.fields["behavior"].choices = _anchored(BEHAVIOR_ANCHORS)  # type: ignore[attr-defined]
        if not must_confirm:
            del self.fields["heard"]

    def clean(self) -> dict[str, Any]:
        """Ask for both ratings when the objection is upheld."""
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == "upheld":
            for name in ("work_result", "behavior"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Choose the new rating, also if it stays as it was."))
        return cleaned
