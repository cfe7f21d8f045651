"""Forms of angka kredit. They clean into domain types and save nothing."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..labels import DegreeChoices, OpeningKind
from ..models import Period
from ..services.credit import Balance, Integration, Move

NUMBER_WRONG = gettext_lazy("Write a number, for example 12,50.")
MISSING_NOTE = gettext_lazy("Write the number and date of the document.")

CONFIRMED = (
    ("yes", gettext_lazy("Yes")),
    ("no", gettext_lazy("No")),
    ("unknown", gettext_lazy("Not known yet")),
)


def _amount(label: Any, hint: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=hint,
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        localize=True,
        error_messages={"invalid": NUMBER_WRONG},
    )


def _day(label: Any, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"],
        error_messages={
            "required": gettext_lazy("Enter the day."),
            "invalid": gettext_lazy("Enter a day such as 5-11-2026."),
        },
    )


def _note(hint: Any = "") -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Document"),
        max_length=300,
        help_text=hint or gettext_lazy("Number and date, for example 800/123/BKPSDM of 2 January 2026."),
        error_messages={"required": MISSING_NOTE},
    )


class _Dated(forms.Form):
    """A form with a day that cannot lie in the future."""

    day_field = "as_of"

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day = data.get(self.day_field)
        if day is not None and day > self.today:
            self.add_error(self.day_field, _("The day must not lie in the future."))
        return data


class OpeningForm(_Dated):
    """What somebody brings along: one of three kinds, each with figures of its own."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Where does the balance come from?"),
        choices=[
            (kind.value, kind.label)
            for kind in (OpeningKind.OTHER, OpeningKind.MOVE, OpeningKind.INTEGRATION)
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose where the balance comes from.")},
    )
    value = _amount(
        gettext_lazy("Total of the earlier PAK"), gettext_lazy("Only for a balance of an earlier PAK.")
    )
    conventional = _amount(
        gettext_lazy("Conventional credit"),
        gettext_lazy("Only for an integration: as in the integration letter."),
    )
    base = _amount(
        gettext_lazy("Base value of the rank"),
        gettext_lazy("Only for an integration: as in the letter. The application knows no base values."),
    )
    years = _amount(
        gettext_lazy("Years in rank"),
        gettext_lazy("Only for a move: the coefficient of the level times these years."),
    )
    as_of = _day(
        gettext_lazy("Balance at the end of"),
        gettext_lazy("Months that ended by this day are in the balance and are not converted again."),
    )
    note = _note()

    NEEDED = {"other": ("value",), "integration": ("conventional", "base"), "move": ("years",)}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for name in self.NEEDED.get(data.get("kind", ""), ()):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, _("Write this number; the chosen kind needs it."))
        conventional, base = data.get("conventional"), data.get("base")
        if data.get("kind") == "integration" and None not in (conventional, base) and base > conventional:
            self.add_error("base", _("The base value cannot be more than the conventional credit."))
        return data

    def amount(self) -> Balance | Integration | Move:
        """Return the figures of the chosen kind."""
        data: dict[str, Decimal] = self.cleaned_data
        if self.cleaned_data["kind"] == "integration":
            return Integration(data["conventional"], data["base"])
        if self.cleaned_data["kind"] == "move":
            return Move(data["years"])
        return Balance(data["value"])


class DiplomaForm(_Dated):
    """A new, higher diploma that is relevant to the post."""

    day_field = "obtained_on"

    degree = forms.ChoiceField(
        label=gettext_lazy("Diploma"),
        choices=[("", gettext_lazy("Choose")), *DegreeChoices.choices],
        error_messages={"required": gettext_lazy("Choose the diploma.")},
    )
    obtained_on = _day(gettext_lazy("Recognized from"))
    is_relevant = forms.BooleanField(
        label=gettext_lazy("It is higher than the diploma before and relevant to the post; I have seen it."),
        error_messages={"required": gettext_lazy("Confirm it, or do not enter the diploma.")},
    )
    note = _note()


class RankStepForm(_Dated):
    """A rise in rank that took effect."""

    day_field = "effective_on"

    effective_on = _day(gettext_lazy("In effect from (TMT)"))
    note = _note()


class PakForm(_Dated):
    """What a person confirms before the PAK is fixed."""

    as_of = _day(gettext_lazy("Credit up to and including"))
    competence_test = forms.ChoiceField(
        label=gettext_lazy("Has the competence test (uji kompetensi) for the next level been passed?"),
        choices=CONFIRMED,
        widget=forms.RadioSelect,
        required=False,
    )
    competence_note = forms.CharField(
        label=gettext_lazy("Certificate of the competence test"), max_length=200, required=False
    )
    vacancy = forms.ChoiceField(
        label=gettext_lazy("Is there a vacancy (formasi) on the next level?"),
        choices=CONFIRMED,
        widget=forms.RadioSelect,
        required=False,
    )
    vacancy_note = forms.CharField(
        label=gettext_lazy("Document of the vacancy"), max_length=200, required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Note on the PAK"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for answer, note in (("competence_test", "competence_note"), ("vacancy", "vacancy_note")):
            if data.get(answer) == "yes" and not data.get(note, "").strip():
                self.add_error(note, _("Write the document that shows it."))
        return data

    def confirmed(self, answer: str, note: str) -> tuple[bool, str] | None:
        """Return what was confirmed with its document; None while it is open."""
        given = self.cleaned_data[answer]
        return (given == "yes", self.cleaned_data[note]) if given in {"yes", "no"} else None


class WithdrawForm(forms.Form):
    """Why something was entered in error."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it withdrawn?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write the reason.")},
    )


class ConvertForm(forms.Form):
    """The period whose missing conversions are made."""

    period = forms.ModelChoiceField(
        label=gettext_lazy("Period"),
        queryset=Period.objects.none(),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose the period.")},
    )

    def __init__(self, *args: Any, periods: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["period"].queryset = periods  # type: ignore[attr-defined]
