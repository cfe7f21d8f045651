"""Forms of the exception queue."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..rules.case_lifecycle import CaseAction
from ..selectors.queue import Item

MOST_ITEMS = 500


def items_of(values: list[str]) -> list[Item]:
    """Return the things behind the values of a form; what cannot be read was never shown and is left out."""
    found = []
    for text in " ".join(values).split()[:MOST_ITEMS]:
        try:
            found.append(Item.read(text))
        except ValueError:
            continue
    return found


class VerbForm(forms.Form):
    """One verb, with the words and the day it needs."""

    note = forms.CharField(max_length=500, required=False, widget=forms.Textarea)
    until = forms.DateField(
        label=_("Until which day?"),
        required=False,
        widget=forms.DateInput,
        error_messages={"invalid": _("Write the day as day, month and year.")},
    )

    def __init__(
        self,
        *args: Any,
        verb: CaseAction,
        today: date,
        last_day: date,
        is_batch: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.verb, self.today, self.last_day = verb, today, last_day
        label, hint, missing = _WORDS[verb]
        note = self.fields["note"]
        note.label, note.help_text = label, hint
        if is_batch or verb in {CaseAction.ASK, CaseAction.PASS_UP}:
            note.required = True
            note.error_messages["required"] = missing
        if verb is CaseAction.SNOOZE:
            self.fields["until"].required = True
            self.fields["until"].error_messages["required"] = _("Write until which day.")
        else:
            del self.fields["until"]

    def clean_until(self) -> date | None:
        """Refuse a day that has passed, or one so far away that putting off is forgetting."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and not self.today < day <= self.last_day:
            raise forms.ValidationError(
                _("Choose a day from tomorrow until %(last)s."), params={"last": f"{self.last_day:%d/%m/%Y}"}
            )
        return day


# Label, hint, and what is said when the words are missing.
_WORDS = {
    CaseAction.ACCEPT: (
        _("Why is it in order?"),
        _("The person can read it."),
        _("Write why it is in order."),
    ),
    CaseAction.ASK: (
        _("What should become better?"),
        _("The person reads this at once. Say what, how, and until when."),
        _("Write what should become better."),
    ),
    CaseAction.SNOOZE: (
        _("Why later?"),
        _("The person can read it."),
        _("Write why it can wait."),
    ),
    CaseAction.PASS_UP: (
        _("What is your question?"),
        _("Your own superior finds it in their queue. The person can read it."),
        _("Write your question."),
    ),
}
