"""Forms of reports."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.assessments.models import Period
from apps.employees.models import WorkUnit

from .labels import PackChoices, PackContent, SurveyPaper


class UnitChoiceField(forms.ModelChoiceField):
    """Units in tree order, indented."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.top = 0

    def label_from_instance(self, obj: Any) -> str:
        """Return the name, indented below the topmost unit of the list."""
        return "\u2003" * max(obj.depth - self.top, 0) + obj.name


class PackForm(forms.Form):
    """Which unit, which period, what to make of it."""

    unit = UnitChoiceField(
        queryset=WorkUnit.objects.none(),
        label=_("Unit"),
        help_text=_("With all units below it."),
        empty_label=None,
        error_messages={"required": _("Choose a unit."), "invalid_choice": _("Choose a unit from the list.")},
    )
    period = forms.ModelChoiceField(
        queryset=Period.objects.none(),
        label=_("Period"),
        help_text=_("Closed periods only."),
        empty_label=None,
        error_messages={
            "required": _("Choose a period."),
            "invalid_choice": _("Choose a period from the list."),
        },
    )
    kind = forms.ChoiceField(
        choices=PackChoices.choices,
        label=_("What do you need?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you need.")},
    )

    contents = forms.MultipleChoiceField(
        choices=PackContent.choices,
        initial=[str(PackContent.DOCUMENT), str(PackContent.FORM)],
        required=False,
        label=_("Which documents of each person?"),
        help_text=_("For documents, not for the recap: evaluations handed over, plans approved."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose documents from the list.")},
    )

    def __init__(
        self, *args: Any, units: QuerySet[WorkUnit], periods: QuerySet[Period], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].top = min((unit.depth for unit in units), default=0)  # type: ignore[attr-defined]
        self.fields["period"].queryset = periods  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one kind of document, where documents are asked for."""
        data: dict[str, Any] = super().clean() or {}
        is_pack = data.get("kind") == str(PackChoices.EVALUATION_PACK)
        if is_pack and not data.get("contents") and "contents" not in self.errors:
            self.add_error("contents", _("Choose at least one kind of document."))
        return data


class SurveySpanForm(forms.Form):
    """Which unit, which days, which paper about its surveys."""

    unit = UnitChoiceField(
        queryset=WorkUnit.objects.none(),
        label=_("Unit"),
        help_text=_("With all units below it."),
        empty_label=None,
        error_messages={"required": _("Choose a unit."), "invalid_choice": _("Choose a unit from the list.")},
    )
    starts_on = forms.DateField(
        label=_("Surveys that ended from"),
        widget=forms.DateInput,
        error_messages={"required": _("Enter the first day.")},
    )
    ends_on = forms.DateField(
        label=_("until"),
        widget=forms.DateInput,
        error_messages={"required": _("Enter the last day.")},
    )
    kind = forms.ChoiceField(
        choices=SurveyPaper.choices,
        label=_("What do you need?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you need.")},
    )

    def __init__(self, *args: Any, units: QuerySet[WorkUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].top = min((unit.depth for unit in units), default=0)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first one."))
        return data


class CodeForm(forms.Form):
    """The verification code of a document on paper."""

    kode = forms.CharField(
        label=_("Verification code"),
        help_text=_("It stands at the foot of every page, for example 7Q2M-94KD-10XT-WPB5."),
        max_length=60,
        error_messages={
            "required": _("Type the code from the foot of the page."),
            "max_length": _("This is too long for a code. Type only what stands after “Kode verifikasi”."),
        },
    )
