"""What another app sends as a report (Open311 GeoReport v2)."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import ComplaintKind
from .public import STORY_LENGTH

SUBJECT_LENGTH = 150
YES, NO = "ya", "tidak"


class Open311Form(forms.Form):
    """A posted request. Unknown fields (device_id, account_id) are passed over and never stored."""

    service_code = forms.CharField(
        max_length=60, error_messages={"required": _("service_code was not provided")}
    )
    description = forms.CharField(
        max_length=STORY_LENGTH, error_messages={"required": _("description was not provided")}
    )
    lat = forms.DecimalField(required=False, min_value=-90, max_value=90)
    long = forms.DecimalField(required=False, min_value=-180, max_value=180)
    address_string = forms.CharField(required=False, max_length=200)
    address_id = forms.CharField(required=False, max_length=60)
    first_name = forms.CharField(required=False, max_length=60)
    last_name = forms.CharField(required=False, max_length=59)
    phone = forms.CharField(required=False, max_length=30)
    email = forms.EmailField(required=False, max_length=150)
    media_url = forms.CharField(required=False, max_length=500)
    kind = forms.ChoiceField(required=False, choices=ComplaintKind.choices)
    is_secret = forms.ChoiceField(required=False, choices=[(NO, ""), (YES, "")])

    def __init__(self, data: Any) -> None:
        plain = {name: data.get(name, "") for name in self.base_fields}
        for name, code in (("kind", "kind"), ("is_secret", "secret")):
            plain[name] = data.get(f"attribute[{code}]", "") or data.get(f"attribute[{code}][]", "")
        super().__init__(plain)

    def clean_media_url(self) -> str:
        """Keep a web address as text; it is never opened by us."""
        address: str = self.cleaned_data["media_url"]
        if address and urlsplit(address).scheme not in ("http", "https"):
            raise forms.ValidationError(_("media_url is no web address"))
        return address

    def clean(self) -> dict[str, Any]:
        """Both coordinates or none."""
        cleaned = super().clean() or {}
        if (cleaned.get("lat") is None) != (cleaned.get("long") is None) and not self.errors:
            raise forms.ValidationError(_("lat and long belong together"))
        return cleaned

    @property
    def subject(self) -> str:
        """The first sentence, which the standard does not have."""
        first = self.cleaned_data["description"].strip().splitlines()[0]
        return first if len(first) <= SUBJECT_LENGTH else f"{first[: SUBJECT_LENGTH - 1]}…"

    @property
    def body(self) -> str:
        """The description, with the address of a picture as text."""
        text: str = self.cleaned_data["description"].strip()
        if self.cleaned_data["media_url"]:
            text += "\n\nmedia_url: " + self.cleaned_data["media_url"]
        return text

    @property
    def place(self) -> str:
        """The address as text."""
        parts = (self.cleaned_data["address_string"], self.cleaned_data["address_id"])
        return ", ".join(part for part in parts if part)[:200]

    @property
    def hides_content(self) -> bool:
        """Whether the content is secret."""
        chosen: str = self.cleaned_data["is_secret"]
        return chosen == YES

    @property
    def contact(self) -> dict[str, Any] | None:
        """How to reach the sender, if the app tells."""
        values = self.cleaned_data
        name = f"{values['first_name']} {values['last_name']}".strip()
        given = {"name": name, "phone": values["phone"], "email": values["email"]}
        return given if any(given.values()) else None

    def problems(self) -> list[str]:
        """What is wrong, one sentence each, with the name of the field."""
        found = []
        for name, errors in self.errors.items():
            for error in errors:
                found.append(str(error) if name in str(error) or name == "__all__" else f"{name}: {error}")
        return found
