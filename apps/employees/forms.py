"""What people type about staff, units and settings. Forms clean into domain types; they save nothing."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.policy import Definition

from .labels import MandateKind, PositionClass, Role, ServiceStateKind
from .models import Employee, Position, WorkUnit
from .rules.jenjang import LEVELS
from .rules.nip import EmployeeStatus, InvalidNip, parse_nip

MAX_FILE_BYTES = 20_000_000
SEARCH_BUTTON = "search_person"


class UploadForm(forms.Form):
    """One file; its content is judged by the reader, with a sentence for each refusal."""

    file = forms.FileField(
        label=_("File (.xlsx or .csv)"),
        help_text=_("At most 20 MB and 150,000 rows."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose another one."),
            "invalid": _("The file did not arrive. Choose it again."),
        },
    )

    def clean_file(self) -> Any:
        """Refuse what is too big before reading it."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_FILE_BYTES:
            megabytes = -(-upload.size // 1_000_000)
            raise ValidationError(
                gettext(
                    "The file is too big: %(size)s MB, and 20 MB are possible. "
                    "Remove pictures and empty sheets, or split the list by agency."
                )
                % {"size": megabytes}
            )
        return upload


class PersonField(forms.ChoiceField):
    """One of the people a search has found."""

    widget = forms.RadioSelect

    def offer(self, people: Sequence[Employee]) -> None:
        """Make the found people the choices."""
        self.people = {str(person.pk): person for person in people}
        self.choices = [(str(person.pk), _described(person)) for person in people]

    def clean(self, value: Any) -> Employee | None:
        """Return the chosen person."""
        chosen = super().clean(value)
        return self.people.get(chosen) if chosen else None


def _described(person: Employee) -> str:
    places = getattr(person, "current_places", [])
    if not places:
        return person.full_name
    return f"{person.full_name} - {places[0].position.title}, {places[0].position.unit.name}"


class PersonForm(forms.Form):
    """Base of forms that name a colleague: a search, and the people found as answers.

    The search is a button of the same form, so that nothing typed is lost without JavaScript.
    """

    query = forms.CharField(label=_("Search by name"), required=False, max_length=100)
    person = PersonField(label=_("Who is meant?"), required=False)

    def __init__(self, *args: Any, people: Sequence[Employee] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["person"]
        assert isinstance(field, PersonField)
        field.offer(people)

    @property
    def is_search(self) -> bool:
        """Whether the person only asked for names."""
        return SEARCH_BUTTON in self.data


class CorrectionForm(PersonForm):
    """My recorded supervisor is wrong."""

    reason = forms.CharField(
        label=_("What is wrong, and since when?"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("For example: since 1 July I work in another division, by decree number ..."),
        error_messages={"required": _("Write what is wrong.")},
    )
    field_order = ["reason", "query", "person"]


class DecisionForm(PersonForm):
    """The answer of the personnel office."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("Correct the supervisor")), ("refuse", _("Leave it as it is"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision.")},
    )
    answer = forms.CharField(
        label=_("Answer to the employee"),
        max_length=2000,
        required=False,
        widget=forms.Textarea,
        help_text=_("Needed when you leave it as it is."),
    )
    field_order = ["decision", "query", "person", "answer"]

    def clean(self) -> dict[str, Any]:
        """Ask for the person when granting, for the reason when refusing."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "grant" and not cleaned.get("person") and "person" not in self.errors:
            self.add_error("person", gettext("Search for the right supervisor and choose them."))
        if cleaned.get("decision") == "refuse" and not cleaned.get("answer", "").strip():
            self.add_error("answer", gettext("Write why it stays as it is."))
        return cleaned


class AppraiserForm(PersonForm):
    """Who appraises somebody, set by hand."""

    external_name = forms.CharField(
        label=_("Or: an elected official without NIP"),
        required=False,
        max_length=150,
        help_text=_("Name and office, for example of the mayor, as printed on documents."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("person")) == bool(cleaned.get("external_name")):
            self.add_error(
                "person", gettext("Choose one person, or write the name of an elected official; not both.")
            )
        return cleaned


class NipForm(forms.Form):
    """A corrected NIP."""

    nip = forms.CharField(
        label=_("The right NIP"),
        max_length=40,
        help_text=_("18 digits; dots and spaces do not matter."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Enter the NIP.")},
    )

    def __init__(self, *args: Any, employee: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.employee = employee

    def clean_nip(self) -> str:
        """Return the digits of a well-formed NIP."""
        try:
            return parse_nip(self.cleaned_data["nip"], EmployeeStatus(self.employee.status)).nip
        except InvalidNip as problem:
            from .import_texts import row_problem

            found = {"code": f"nip_{problem.code.value}", "params": problem.params}
            raise ValidationError(" ".join(row_problem(found))) from problem


class UnitField(forms.ModelChoiceField):
    """A unit, shown with its place in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        """Indent by depth."""
        return f"{' ' * 3 * obj.depth}{obj.name}"


class RoleForm(PersonForm):
    """A role for somebody: a colleague, or an outsider by e-mail."""

    email = forms.EmailField(
        label=_("Or: somebody from outside, by e-mail"),
        required=False,
        max_length=150,
        help_text=_("For example an auditor. They get an activation code."),
    )
    display_name = forms.CharField(label=_("Name of the person from outside"), required=False, max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    unit = UnitField(
        label=_("For this unit and all below it"), queryset=WorkUnit.objects.none(), empty_label=None
    )
    field_order = ["query", "person", "email", "display_name", "role", "unit"]

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one person, from inside or outside."""
        cleaned = super().clean() or {}
        if bool(cleaned.get("person")) == bool(cleaned.get("email")) and "email" not in self.errors:
            self.add_error(
                "person", gettext("Choose a colleague, or enter the e-mail of somebody from outside.")
            )
        if cleaned.get("email") and not cleaned.get("display_name"):
            self.add_error("display_name", gettext("Enter the name that pages and documents show."))
        return cleaned


class MandateForm(PersonForm):
    """Somebody acts in a post they do not hold."""

    kind = forms.ChoiceField(label=_("In which capacity?"), choices=MandateKind.choices)
    position = forms.ModelChoiceField(
        label=_("For which post?"),
        queryset=Position.objects.none(),
        empty_label=_("Choose a post"),
        error_messages={"required": _("Choose the post.")},
    )
    since = forms.DateField(
        label=_("From"), widget=forms.DateInput, error_messages={"required": _("Enter the first day.")}
    )
    until = forms.DateField(
        label=_("Until (last day)"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave empty if the end is not known yet."),
    )
    note = forms.CharField(label=_("Number of the decree"), required=False, max_length=300)
    field_order = ["query", "person", "kind", "position", "since", "until", "note"]

    def __init__(self, *args: Any, positions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["position"]
        field.queryset = positions  # type: ignore[attr-defined]
        field.label_from_instance = lambda post: f"{post.title} - {post.unit.name}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Check person and range."""
        cleaned = super().clean() or {}
        if not cleaned.get("person") and "person" not in self.errors:
            self.add_error("person", gettext("Search for the person and choose them."))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The last day lies before the first."))
        return cleaned


class MoveForm(forms.Form):
    """Another main post for somebody: an existing one of the chosen unit, or a new one there."""

    since = forms.DateField(
        label=_("First day in the new post"),
        widget=forms.DateInput,
        help_text=_("As in the decree. The former plan (SKP) ends the day before."),
        error_messages={"required": _("Enter the first day.")},
    )
    position = forms.ModelChoiceField(
        label=_("Which post?"),
        queryset=Position.objects.none(),
        required=False,
        widget=forms.RadioSelect,
        blank=True,
        empty_label=_("Another post, which I name below"),
    )
    title = forms.CharField(label=_("Name of the new post"), required=False, max_length=200)
    position_class = forms.ChoiceField(
        label=_("Class of the new post"), required=False, choices=[("", "-"), *PositionClass.choices]
    )
    level = forms.ChoiceField(
        label=_("Level (jenjang), for functional posts"),
        required=False,
        choices=[("", "-"), *LEVELS.items()],
    )

    def __init__(self, *args: Any, positions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["position"]
        field.queryset = positions  # type: ignore[attr-defined]
        field.label_from_instance = lambda post: post.title  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one post."""
        cleaned = super().clean() or {}
        title = cleaned.get("title", "").strip()
        if bool(cleaned.get("position")) == bool(title) and "position" not in self.errors:
            self.add_error("position", gettext("Choose a post of the unit, or name a new one; not both."))
        if title and not cleaned.get("position_class"):
            self.add_error("position_class", gettext("Choose the class of the new post."))
        if cleaned.get("position_class") == PositionClass.JF.value and not cleaned.get("level"):
            self.add_error(
                "level", gettext("Choose the level; the credit score (angka kredit) depends on it.")
            )
        return cleaned


class StateForm(forms.Form):
    """Study, leave, suspension, or work elsewhere."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("state of a person", "What is it?"), choices=ServiceStateKind.choices
    )
    since = forms.DateField(
        label=_("From"), widget=forms.DateInput, error_messages={"required": _("Enter the first day.")}
    )
    until = forms.DateField(
        label=_("Until (last day)"),
        required=False,
        widget=forms.DateInput,
        help_text=_("Leave empty if the end is not known yet."),
    )
    note = forms.CharField(
        label=_("Decree, and where"),
        max_length=300,
        help_text=_("Number of the decree; the university or the host agency."),
        error_messages={"required": _("Enter the number of the decree.")},
    )

    def clean(self) -> dict[str, Any]:
        """Check the range."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("The last day lies before the first."))
        return cleaned


class CodesForm(forms.Form):
    """For whom slips with activation codes are made."""

    unit = UnitField(
        label=_("Unit, with all below it"),
        queryset=WorkUnit.objects.none(),
        required=False,
        empty_label=_("No unit: the people chosen below"),
    )
    only_new = forms.BooleanField(
        label=_("Only people who have never signed in"),
        required=False,
        initial=True,
        help_text=_(
            "A new code makes an earlier one void; a password that works stays until the code is used."
        ),
    )
    people = forms.ModelMultipleChoiceField(
        label=_("People"),
        queryset=Employee.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, units: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["people"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for a unit or people."""
        cleaned = super().clean() or {}
        if not cleaned.get("unit") and not cleaned.get("people"):
            self.add_error("unit", gettext("Choose a unit, or people."))
        return cleaned


class PolicyForm(forms.Form):
    """Another value of a setting, from a day on."""

    valid_from = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput, error_messages={"required": _("Enter the first day.")}
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For example the number of the regulation or decree. Auditors read this."),
        error_messages={"required": _("Write the reason.")},
    )

    def __init__(
        self, *args: Any, definition: Definition, today: date, present: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.today = today
        self.fields["value"] = self._value_field(present)
        self.order_fields(["value", "valid_from", "reason"])
        self.fields["valid_from"].initial = today

    def _value_field(self, present: Any) -> forms.Field:
        kind = self.definition.kind
        label = gettext("New value")
        errors = {"required": gettext("Enter the new value.")}
        if kind == "bool":
            choices = [("1", gettext("yes")), ("0", gettext("no"))]
            initial = "1" if present else "0"
            return forms.ChoiceField(
                label=label, choices=choices, widget=forms.RadioSelect, initial=initial, error_messages=errors
            )
        if kind == "choice":
            choices = [(value, value) for value in self.definition.choices]
            return forms.ChoiceField(label=label, choices=choices, initial=present, error_messages=errors)
        if kind == "table":
            text = json.dumps(present, ensure_ascii=False, indent=2)
            return forms.CharField(label=label, widget=forms.Textarea, initial=text, error_messages=errors)
        return forms.CharField(label=label, max_length=40, initial=present, error_messages=errors)

    def clean_value(self) -> Any:
        """Return the value as it will be stored."""
        value = self.cleaned_data["value"]
        try:
            if self.definition.kind == "table":
                value = json.loads(value)
            return self.definition.clean(value)
        except ValueError as error:
            texts = {
                "int": gettext("Enter a whole number."),
                "decimal": gettext("Enter a number, for example 12,5."),
                "table": gettext(
                    "The table cannot be read: keep the quotation marks and brackets as they were."
                ),
            }
            raise ValidationError(
                texts.get(self.definition.kind, gettext("This value is not possible."))
            ) from error

    def clean_valid_from(self) -> date:
        """Refuse a day in the past: what was decided by the old value would look wrong."""
        day: date = self.cleaned_data["valid_from"]
        if day < self.today:
            raise ValidationError(
                gettext("The day lies in the past. A value holds from today at the earliest.")
            )
        return day


class HolidayForm(forms.Form):
    """A day off."""

    date = forms.DateField(
        label=_("Day"), widget=forms.DateInput, error_messages={"required": _("Enter the day.")}
    )
    name = forms.CharField(label=_("Name"), max_length=120, error_messages={"required": _("Enter the name.")})


class HelperForm(PersonForm):
    """The helper of a unit, with the phone number that its people see."""

    phone = forms.CharField(
        label=_("Phone number that the people of the unit see"),
        max_length=30,
        help_text=_("Ask the helper first. For example 0812 3456 7890."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": _("Write the phone number.")},
    )
    field_order = ["query", "person", "phone"]

    def clean_phone(self) -> str:
        """Refuse what nobody could dial."""
        phone: str = " ".join(self.cleaned_data["phone"].split())
        digits = [letter for letter in phone if letter.isdigit()]
        if not 5 <= len(digits) <= 15 or set(phone) - set("0123456789+-() "):
            raise ValidationError(gettext("Write a phone number with digits, for example 0812 3456 7890."))
        return phone

    def clean(self) -> dict[str, Any]:
        """Ask for the person."""
        cleaned = super().clean() or {}
        if not cleaned.get("person") and "person" not in self.errors:
            self.add_error("person", gettext("Search for the helper and choose them."))
        return cleaned
