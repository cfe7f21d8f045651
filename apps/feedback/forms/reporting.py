"""Forms of the reporter's side that came later: files, an officer who writes for somebody, words for the public."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import ComplaintKind
from .complaints import ContactFields
from .public import STORY_LENGTH


class ManyFiles(forms.FileInput):
    """A field that takes several files at once."""

    allow_multiple_selected = True


class AttachForm(forms.Form):
    """Photos and documents."""

    files = forms.FileField(
        label=_("Photos or PDF"),
        required=False,
        widget=ManyFiles(
            attrs={"multiple": True, "accept": "image/jpeg,image/png,image/webp,application/pdf"}
        ),
    )


class TakeInForm(ContactFields):
    """An officer writes down what somebody tells at the counter or by phone: everything on one page."""

    kind = forms.ChoiceField(
        label=_("What is the report about?"),
        choices=ComplaintKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the report is about.")},
    )
    about = forms.ChoiceField(
        label=_("Which service or unit?"),
        error_messages={
            "required": _("Choose the service or unit that the report is about."),
            "invalid_choice": _("Choose a service or unit from the list."),
        },
    )
    subject = forms.CharField(
        label=_("In one sentence"),
        max_length=150,
        error_messages={"required": _("Write in one sentence what the report is about.")},
    )
    body = forms.CharField(
        label=_("What happened, in the person's own words"),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write down what the person tells.")},
    )
    place = forms.CharField(label=_("Where was it?"), required=False, max_length=200)
    lapor_number = forms.CharField(label=_("Number at SP4N-LAPOR!"), required=False, max_length=40)
    identity = forms.ChoiceField(
        label=_("May we contact the person?"),
        choices=[("anonymous", _("No, without a name")), ("contact", _("Yes, the person leaves a contact"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the person leaves a contact.")},
    )
    field_order = ["kind", "about", "subject", "body", "place", "lapor_number", "identity"]

    def __init__(self, *args: Any, about: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", _("Choose")), *about]  # type: ignore[attr-defined]


class PublishForm(forms.Form):
    """What everybody may read of a report."""

    subject = forms.CharField(
        label=_("In one sentence, for everybody"),
        max_length=150,
        error_messages={"required": _("Write the sentence that everybody may read.")},
    )
    text = forms.CharField(
        label=_("What happened, for everybody"),
        required=False,
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
    )
