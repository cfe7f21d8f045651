"""A verdict on a report that was read, and the word that goes with a batch."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import FoundChoices


class VerdictForm(forms.Form):
    """What a reader found; a finding says what."""

    found = forms.ChoiceField(
        label=_("What did you find?"),
        choices=FoundChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two answers.")},
    )
    note = forms.CharField(
        label=_("What is wrong, and what would a good report contain?"),
        help_text=_("Needed if something is wrong."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where something is wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("found") == FoundChoices.FINDING and not cleaned.get("note", "").strip():
            self.add_error("note", _("Write what is wrong, so that somebody can act on it."))
        return cleaned


class DeclineReadingForm(forms.Form):
    """Why somebody cannot read a report as second reader."""

    reason = forms.CharField(
        label=_("Why can you not read it?"),
        help_text=_(
            "For example: you know the writer, or you are on duty elsewhere. It is kept with the reading."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why, so that everybody sees that nobody chose the reader.")},
    )


class BatchForm(forms.Form):
    """The word that is kept with every report of a batch."""

    note = forms.CharField(
        label=_("Your note on these reports"),
        help_text=_(
            "Every writer reads it beside their report. For example what you looked at in the sample."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write a sentence: it is kept with every report.")},
    )
