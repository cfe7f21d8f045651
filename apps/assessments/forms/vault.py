"""Forms around evidence: an answer of one sentence, and the reviewer's verdict."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..labels import VerdictChoices


class AnswerForm(forms.Form):
    """One sentence in answer to a question."""

    answer = forms.CharField(
        label=gettext_lazy("Your answer in one sentence"),
        help_text=gettext_lazy(
            "For example: the same room, photographed again after the repair in September."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": gettext_lazy("Write one sentence, or remove the file."),
            "max_length": gettext_lazy(
                "One sentence is enough: at most %(limit_value)s characters, it has %(show_value)s."
            ),
        },
    )


class VerdictForm(forms.Form):
    """What a file is worth as evidence. No choice is made beforehand."""

    verdict = forms.TypedChoiceField(
        label=gettext_lazy("Does it show the result?"),
        choices=VerdictChoices.choices,
        coerce=VerdictChoices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you think of it.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Note for the writer"),
        help_text=gettext_lazy("Needed if it is unclear or does not fit: say what would help."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """A doubt without a word helps nobody."""
        data: dict[str, Any] = super().clean() or {}
        doubted = data.get("verdict") in {VerdictChoices.UNCLEAR, VerdictChoices.NOT_FITTING}
        if doubted and "note" in data and not data["note"].strip():
            self.add_error("note", _("Say what is unclear or does not fit, so that the writer can act."))
        return data
