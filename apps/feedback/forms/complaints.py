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
    place = forms.CharField(
        label=_("Where was it?"),
        help_text=_("For example: counter 2, or a street. Not your home address."),
        required=False,
        max_length=200,
    )
    lapor_number = forms.CharField(
        label=_("Number at SP4N-LAPOR!"),
        help_text=_("If you have reported the same there."),
        required=False,
        max_length=40,
    )


class ContactFields(forms.Form):
    """A contact with its two switches: hidden from the unit, and secret content. They do not depend on each other."""

    identity = forms.ChoiceField()
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    phone = forms.CharField(label=_("Mobile number"), required=False, max_length=30)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=150)
    is_adult = forms.BooleanField(label=_("18 years or older"), required=False)
    may_mail = forms.BooleanField(
        label=_("One e-mail, four weeks after the end, may ask whether it is still solved"), required=False
    )
    is_anonymous = forms.BooleanField(
        label=_("Anonymous: hide who reports from the unit and from the public"), required=False, initial=True
    )
    is_secret = forms.BooleanField(label=_("Keep the content of my report secret"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one way to be reached, and for adult age, if the reporter wants to be reached."""
        cleaned = super().clean() or {}
        if cleaned.get("identity") != "contact":
            # What is not wanted is not kept, not even in the session.
            cleaned |= {"name": "", "phone": "", "email": "", "may_mail": False, "is_anonymous": True}
            for name in ("name", "phone", "email"):
                self.errors.pop(name, None)
            return cleaned
        if not self.errors and not (cleaned.get("phone") or cleaned.get("email")):
            self.add_error(
                "phone", _("Write a mobile number or an e-mail address, or choose “without my name”.")
            )
        if not self.errors and not cleaned.get("is_adult"):
            self.add_error(
                "is_adult",
                _(
                    "We keep a contact only of people of 18 years or older. Tick this, or choose “without my name”."
                ),
            )
        return cleaned

    @property
    def contact(self) -> dict[str, Any] | None:
        """What is kept of the contact, if anything."""
        if self.cleaned_data["identity"] != "contact":
            return None
        return {name: self.cleaned_data[name] for name in ("name", "phone", "email", "may_mail")}


class ComplaintIdentityForm(ContactFields):
    """Third page: with or without a name, open or secret."""

    identity = forms.ChoiceField(
        label=_("May we know who you are?"),
        choices=[
            ("anonymous", _("No, without my name")),
            ("contact", _("Yes, you may contact me")),
            ("no_author", _("No, and leave no trace of me at all")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you want to leave your contact.")},
    )


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
    receiver = forms.CharField(
        label=_("Who receives it there?"),
        help_text=_("A person or an office; the reporter reads it. Left blank, it is the head of the unit."),
        max_length=150,
        required=False,
    )
    field_order = ["to_unit", "receiver", "text"]

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
