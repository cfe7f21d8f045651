"""What is said when a need is planned or declined."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    """A reason that the person will read."""

    note = forms.CharField(
        label=_("Why?"),
        help_text=_("The person reads this."),
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": _("Write the reason.")},
    )
