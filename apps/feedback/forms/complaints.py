"""Forms around a complaint."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.employees.models import WorkUnit

from ..labels import ComplaintKind, RejectReason
from .public import STORY_LENGTH, PublicForm, WordsForm


class ComplaintKindForm(forms.Form):
    """First page of a complaint: about what, and about whom."""

    kind = forms.ChoiceField(
        label=_("What is your report about?"),
        choices=ComplaintKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what your report is about.")},
    )
    about = forms.ChoiceField(
        label=_("Which service or unit?"),
        error_messages={
            "required": _("Choose the service or unit that your report is about."),
            "invalid_choice": _("Choose a service or unit from the list."),
        },
    )

    def __init__(self, *args: Any, about: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", _("Choose")), *about]  # type: ignore[attr-defined]


class ComplaintStoryForm(forms.Form):
    """Second page: what happened."""

    subject = forms.CharField(
        label=_("In one sentence"),
        help_text=_("For example: the queue number was skipped twice."),
        max_length=150,
        error_messages={"required": _("Write in one sentence what your report is about.")},
    )
    body = forms.CharField(
        label=_("What happened?"),
        help_text=_("When and where was it, and what do you expect? Leave out identity numbers."),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Tell us what happened.")},
    )


class ComplaintIdentityForm(forms.Form):
    """Third page: with or without a name, open or secret."""

    identity = forms.ChoiceField(
        label=_("May we know who you are?"),
        choices=[
            ("anonymous", _("No, without my name")),
            ("contact", _("Yes, you may contact me")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you want to leave your contact.")},
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    phone = forms.CharField(label=_("Mobile number"), required=False, max_length=30)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=150)
    is_secret = forms.BooleanField(label=_("Keep the content of my report secret"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one way to be reached, if the reporter wants to be."""
        cleaned = super().clean() or {}
        is_reachable = cleaned.get("phone") or cleaned.get("email")
        if cleaned.get("identity") == "contact" and not self.errors and not is_reachable:
            self.add_error(
                "phone", _("Write a mobile number or an e-mail address, or choose “without my name”.")
            )
        return cleaned


class ComplaintSendForm(PublicForm):
    """Last page: nothing but the button."""


class TrackForm(forms.Form):
    """Number and secret word."""

    number = forms.CharField(
        label=_("Number of the report"),
        max_length=40,
        error_messages={"required": _("Write the number of your report.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    secret = forms.CharField(
        label=_("Secret word"),
        max_length=30,
        error_messages={"required": _("Write the secret word of your report.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class ForwardForm(WordsForm):
    """To whom, and why."""

    to_unit = forms.ModelChoiceField(
        label=_("Which unit is competent?"),
        queryset=WorkUnit.objects.none(),
        empty_label=_("Choose"),
        error_messages={"required": _("Choose the unit that is competent.")},
    )
    field_order = ["to_unit", "text"]

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, required=False, **kwargs)
        self.fields["to_unit"].queryset = units  # type: ignore[attr-defined]


class RejectForm(WordsForm):
    """Why a report is not taken up, in a code and in words."""

    reason_code = forms.ChoiceField(
        label=_("Reason"),
        choices=RejectReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason.")},
    )
    field_order = ["reason_code", "text"]
