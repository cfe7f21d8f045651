"""A good and a weak entry for a job family."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ExampleForm(forms.Form):
    """The two entries, and what makes the difference."""

    good = forms.CharField(
        label=_("A good entry"),
        help_text=_("One or two sentences with a number, and what is left to do. No names of citizens."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the good entry.")},
    )
    weak = forms.CharField(
        label=_("A weak entry"),
        help_text=_("As people really write when they are in a hurry."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write the weak entry.")},
    )
    why = forms.CharField(
        label=_("What makes the difference?"),
        max_length=300,
        error_messages={"required": _("Say in a sentence what makes the good one better.")},
    )


class NewExampleForm(ExampleForm):
    """The same for a job family that has none yet."""

    family = forms.CharField(
        label=_("For which job family?"),
        help_text=_("As in the name of the posts, for example: perawat, analis kebijakan."),
        max_length=80,
        error_messages={"required": _("Write the job family.")},
    )
    field_order = ["family", "good", "weak", "why"]
