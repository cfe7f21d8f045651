"""Forms of the office around a complaint."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.employees.models import WorkUnit

from ..labels import FindingChoices, LaporState, TemplatePurpose
from ..models import Cause
from ..rules.template_use import placeholders
from .public import STORY_LENGTH, WordsForm


class AssignForm(forms.Form):
    """Who gets it; nobody puts it back on the pile."""

    to = forms.ModelChoiceField(
        label=_("Who handles it?"),
        queryset=None,
        required=False,
        empty_label=_("Nobody: back to everybody's list"),
        error_messages={"invalid_choice": _("Choose somebody from the list.")},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        field.queryset = people  # type: ignore[attr-defined]
        field.label_from_instance = lambda user: user.display_name  # type: ignore[attr-defined]


class CauseForm(forms.Form):
    """Under which cause, or a new one."""

    cause = forms.ModelChoiceField(
        label=_("Why did it happen?"),
        queryset=Cause.objects.none(),
        required=False,
        empty_label=_("No cause yet"),
        error_messages={"invalid_choice": _("Choose a cause from the list.")},
    )
    name = forms.CharField(
        label=_("Or a new cause"),
        help_text=_("Name what is wrong in the work, never a person: “Queue numbers run out before noon”."),
        max_length=120,
        required=False,
    )

    def __init__(self, *args: Any, causes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = causes  # type: ignore[attr-defined]


class NewCauseForm(forms.Form):
    """A cause for the list."""

    name = forms.CharField(
        label=_("Cause"),
        help_text=_("Name what is wrong in the work, never a person: “Queue numbers run out before noon”."),
        max_length=120,
        error_messages={"required": _("Name the cause.")},
    )
    description = forms.CharField(
        label=_("What belongs to it?"), required=False, max_length=600, widget=forms.Textarea
    )


class TemplateForm(forms.Form):
    """The beginning of a letter."""

    purpose = forms.ChoiceField(
        label=_("For which letter?"),
        choices=TemplatePurpose.choices,
        error_messages={"required": _("Choose the kind of letter.")},
    )
    unit = forms.ModelChoiceField(
        label=_("For which unit?"),
        queryset=WorkUnit.objects.none(),
        required=False,
        empty_label=_("For all units"),
        error_messages={"invalid_choice": _("Choose a unit from the list.")},
    )
    title = forms.CharField(
        label=_("Name of the template"),
        max_length=120,
        error_messages={"required": _("Give the template a name.")},
    )
    body = forms.CharField(
        label=_("Text"),
        help_text=_(
            "Write in square brackets what the writer fills in: [what was found], [date of the repair]. A letter is "
            "not sent while such a mark is in it, nor with hardly any words of its own."
        ),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write the text.")},
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, units: Any, may_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not may_all:
            self.fields["unit"].required = True
            self.fields["unit"].empty_label = _("Choose")  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        """Demand a mark to be filled in: a text without one would be sent as it is."""
        body: str = self.cleaned_data["body"]
        if not placeholders(body):
            raise forms.ValidationError(
                _("Leave something to the writer: put at least one [mark to be filled in] into the text.")
            )
        return body


class RedactForm(forms.Form):
    """What may be read from now on, and why something is hidden."""

    subject = forms.CharField(
        label=_("Subject"), max_length=150, error_messages={"required": _("A subject stays, however short.")}
    )
    text = forms.CharField(
        label=_("Text"),
        help_text=_("Replace what must not be read, for example by [name]. Change nothing else."),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Some text stays; write [hidden] if nothing may be read.")},
    )
    reason = forms.CharField(
        label=_("Why is it hidden?"),
        max_length=300,
        error_messages={"required": _("Say why: the reason stays on record.")},
    )

    def __init__(self, *args: Any, is_message: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_message:
            del self.fields["subject"]


class LaporForm(forms.Form):
    """Where the report stands in SP4N-LAPOR!."""

    number = forms.CharField(label=_("LAPOR number"), max_length=40, required=False)
    state = forms.ChoiceField(
        label=_("State in LAPOR"), required=False, choices=[("", _("not known")), *LaporState.choices]
    )
    received_on = forms.DateField(
        label=_("Received by LAPOR on"),
        help_text=_("Its days count from then."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as day, month and year.")},
    )


class LaporFileForm(forms.Form):
    """A table with our numbers and those of LAPOR."""

    file = forms.FileField(
        label=_("Table (CSV or XLSX)"),
        help_text=_(
            "Columns: nomor_aduan, nomor_lapor, status_lapor, tanggal_lapor. Empty cells change nothing."
        ),
        error_messages={"required": _("Choose the file."), "empty": _("The file is empty.")},
    )


class LaporExportForm(forms.Form):
    """Why the table is taken out, and in which form."""

    purpose = forms.CharField(
        label=_("What do you need the table for?"),
        max_length=200,
        error_messages={"required": _("Say what you need the table for: it stays on record.")},
    )
    shape = forms.ChoiceField(label=_("Format"), choices=[("csv", "CSV"), ("xlsx", "XLSX")], initial="csv")


class OfficerForm(forms.Form):
    """Which employee it is about, and what they may read of it."""

    employee = forms.ModelChoiceField(
        label=_("Whom does it concern?"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose the employee."),
            "invalid_choice": _("Choose the employee from the list."),
        },
    )
    shared_text = forms.CharField(
        label=_("What the employee reads"),
        help_text=_(
            "Describe what is alleged. Take out everything that shows who reported it: names, numbers, the exact time, "
            "the place in the queue."
        ),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write what the employee reads.")},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].queryset = people  # type: ignore[attr-defined]


class FindingForm(WordsForm):
    """What was found, and why."""

    finding = forms.ChoiceField(
        label=_("What is the finding?"),
        choices=FindingChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the finding.")},
    )
    field_order = ["finding", "text"]


class ReleaseForm(WordsForm):
    """Let an answer go, or send it back with a note."""

    verdict = forms.ChoiceField(
        label=_("May this answer go to the reporter?"),
        choices=[("release", _("Yes, send it")), ("return", _("No, back to its writer with a note"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens with the answer.")},
    )
    field_order = ["verdict", "text"]

    def clean(self) -> dict[str, Any]:
        """A note is needed to send it back."""
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == "return" and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", _("Write what has to change."))
        return cleaned


class LetterForm(WordsForm):
    """A letter that may begin with a template."""

    template = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["rows"] = 9


class RejectLetterForm(LetterForm):
    """A refusal: its reason in a code and in words."""

    reason_code = forms.ChoiceField(
        label=_("Reason"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the reason.")},
    )
    field_order = ["reason_code", "text", "template"]

    def __init__(self, *args: Any, reasons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = reasons  # type: ignore[attr-defined]
