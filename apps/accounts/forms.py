"""What people type to get in."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
        **options,
    )


class SignInForm(forms.Form):
    """NIP or e-mail, and password."""

    username = forms.CharField(
        label=_("NIP or e-mail"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_("The 18 digits of your NIP, with or without spaces."),
        error_messages={"required": _("Enter your NIP or e-mail.")},
    )
    password = _password(
        _("Your password"), "current-password", error_messages={"required": _("Enter your password.")}
    )
    shared = forms.BooleanField(
        label=_("This phone or computer is used by others too"),
        required=False,
        help_text=_("You are then signed out as soon as the browser is closed."),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed twice so that it works without a way to show it."""

    password = _password(
        _("Your new password"),
        "new-password",
        help_text=_(
            "At least 12 characters; a sentence only you know is good. Not your NIP, name or birth date."
        ),
        error_messages={"required": _("Enter a new password.")},
    )
    password_again = _password(
        _("The new password once more"),
        "new-password",
        error_messages={"required": _("Enter the new password a second time.")},
    )

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        cleaned = super().clean() or {}
        if {"password", "password_again"} <= cleaned.keys() and cleaned["password"] != cleaned[
            "password_again"
        ]:
            self.add_error("password_again", gettext("The two passwords differ. Type the new one twice."))
        return cleaned


class ActivationForm(NewPasswordForm):
    """First sign-in with the code from the slip."""

    login = forms.CharField(
        label=_("NIP or e-mail"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        help_text=_("The 18 digits of your NIP, with or without spaces."),
        error_messages={"required": _("Enter your NIP or e-mail.")},
    )
    code = forms.CharField(
        label=_("Code on your slip"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_("Twelve letters and digits such as 7KQF-2M9P-X4TR. Capitals and dashes do not matter."),
        error_messages={"required": _("Enter the code on your slip.")},
    )
    field_order = ["login", "code", "password", "password_again"]


class PasswordChangeForm(NewPasswordForm):
    """Another password, by somebody who knows the present one."""

    current = _password(
        _("Present password"),
        "current-password",
        error_messages={"required": _("Enter your present password.")},
    )
    field_order = ["current", "password", "password_again"]


class LanguageForm(forms.Form):
    """The language of the pages."""

    language = forms.ChoiceField(
        label=_("Language of the pages"),
        choices=[("id", "Bahasa Indonesia"), ("en", "English")],
        widget=forms.RadioSelect,
    )
