"""Forms for held-back ratings, staff networks, released remarks, and data rights."""

import ipaddress
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.employees.models import WorkUnit

from ..labels import RightsKind
from .public import REMARK_LENGTH, STORY_LENGTH


class DecisionForm(forms.Form):
    """What becomes of a whole case, and why."""

    status = forms.ChoiceField(
        label=_("Your decision on all of them"),
        choices=[
            ("released", pgettext_lazy("held ratings", "They are genuine: count them")),
            ("excluded", pgettext_lazy("held ratings", "They are not: leave them out")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what becomes of these ratings.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("What did you check, and with whom? The auditor reads it. No names of citizens."),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Give the reason for your decision.")},
    )


class NetworkForm(forms.Form):
    """A network that the staff of a unit use."""

    unit = forms.ModelChoiceField(
        label=_("Unit"),
        queryset=WorkUnit.objects.none(),
        empty_label=_("Choose"),
        error_messages={
            "required": _("Choose the unit."),
            "invalid_choice": _("Choose a unit from the list."),
        },
    )
    network = forms.CharField(
        label=_("Network or address"),
        help_text=_("As the provider names it, for example 103.12.4.0/24 or 103.12.4.7."),
        max_length=43,
        error_messages={"required": _("Write the network.")},
    )
    label = forms.CharField(
        label=_("Which network is it?"),
        help_text=_("For example: office line. Not the Wi-Fi for visitors."),
        max_length=100,
        error_messages={"required": _("Say what network it is.")},
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean_network(self) -> str:
        """Return the network as it is written everywhere; an inner or far too wide one says nothing."""
        try:
            network = ipaddress.ip_network(self.cleaned_data["network"].strip(), strict=False)
        except ValueError as error:
            raise forms.ValidationError(_("This is no network. Write it like 103.12.4.0/24.")) from error
        if network.is_private or network.is_loopback:
            raise forms.ValidationError(
                _("This is an inner address. Citizens' ratings come from the public one: ask your provider.")
            )
        if network.prefixlen < (16 if network.version == 4 else 32):
            raise forms.ValidationError(_("This network is so wide that it belongs to half the country."))
        return str(network)


class RemarkForm(forms.Form):
    """A remark as the public will read it."""

    text = forms.CharField(
        label=_("As the public reads it"),
        help_text=_("Take out names and whatever tells who wrote it or about whom. Do not change the sense."),
        max_length=REMARK_LENGTH + 200,
        widget=forms.Textarea,
        error_messages={"required": _("Without words there is nothing to show.")},
    )


class ContactForm(forms.Form):
    """The contact of a reporter, put right."""

    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    phone = forms.CharField(label=_("Mobile number"), required=False, max_length=30)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=150)

    def clean(self) -> dict[str, Any]:
        """Ask for one way to be reached; whoever wants none withdraws the consent instead."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("phone") or cleaned.get("email")):
            self.add_error("phone", _("Write a mobile number or an e-mail address."))
        return cleaned


class RightsForm(forms.Form):
    """A request that a person must decide on."""

    kind = forms.ChoiceField(
        label=_("What do you want?"),
        choices=[
            (kind.value, kind.label) for kind in (RightsKind.DELETE, RightsKind.RESTRICT, RightsKind.OBJECT)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you want.")},
    )
    text = forms.CharField(
        label=_("Please explain"),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write a few words, so that we understand your wish.")},
    )


class RightsAnswerForm(forms.Form):
    """The office's answer to a request about own data."""

    text = forms.CharField(
        label=_("Your answer to the reporter"),
        help_text=_("What was done, and if not, why not. The reporter reads it under “My data”."),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write the answer.")},
    )
    deletes_contact = forms.BooleanField(label=_("Delete the reporter's contact now"), required=False)
