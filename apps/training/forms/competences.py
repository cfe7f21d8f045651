"""Forms of competences, standards, assessed levels and wishes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.employees.labels import PositionClass
from apps.employees.models import WorkUnit
from apps.employees.rules.jenjang import LEVELS

from ..labels import AssessmentMethod, CompetenceKindChoices, DiplomaLevel, UrgencyChoices
from ..models import Competence, Topic
from ..rules.competence_gap import HIGHEST_LEVEL, LOWEST_LEVEL
from ..rules.needs import COACHING
from ..services.education import Diploma
from .fields import NUMBER_WRONG, day_field

LEVEL_CHOICES = [(str(level), str(level)) for level in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)]


def wish_hours_field(label: Any, help_text: Any = "") -> forms.DecimalField:
    """Return an optional field for lesson hours."""
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        max_digits=5,
        decimal_places=1,
        min_value=Decimal("0.5"),
        max_value=2000,
        localize=True,
        required=False,
        error_messages={"invalid": NUMBER_WRONG},
    )


class CompetenceForm(forms.Form):
    """A competence of the government's own."""

    name = forms.CharField(
        label=_("Name of the competence"),
        max_length=150,
        error_messages={"required": _("Write the name of the competence.")},
    )
    code = forms.SlugField(
        label=_("Code"),
        help_text=_("Short, without blanks, for lists: for example kearsipan. It stays as it is."),
        max_length=45,
        error_messages={
            "required": _("Write a code."),
            "invalid": _("Use only letters, digits, - and _ in the code."),
        },
    )
    kind = forms.ChoiceField(
        label=_("Kind of competence"),
        choices=CompetenceKindChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind.")},
    )


class CompetenceChangeForm(forms.Form):
    """Name, use and level descriptions of a competence."""

    name = forms.CharField(
        label=_("Name of the competence"),
        max_length=150,
        error_messages={"required": _("Write the name of the competence.")},
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for level, label in LEVEL_CHOICES:
            self.fields[f"level_{level}"] = forms.CharField(
                label=_("What level %(level)s means") % {"level": label},
                max_length=1000,
                required=False,
                widget=forms.Textarea,
            )

    @property
    def texts(self) -> dict[int, str]:
        """The descriptions by level, from clean data."""
        return {int(level): self.cleaned_data[f"level_{level}"] for level, _label in LEVEL_CHOICES}


class StandardForm(forms.Form):
    """What posts ask for from a day on."""

    position_class = forms.ChoiceField(
        label=_("Class of the posts"),
        choices=[("", _("Every class")), *PositionClass.choices],
        required=False,
    )
    position_level = forms.ChoiceField(
        label=_("Level of the posts"), choices=[("", _("Every level")), *LEVELS.items()], required=False
    )
    job_family = forms.CharField(
        label=_("Job family"),
        help_text=_("For example Perawat. Empty: every family."),
        max_length=80,
        required=False,
    )
    level = forms.TypedChoiceField(
        label=_("Required level"),
        choices=[*LEVEL_CHOICES, ("0", _("not asked for"))],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the level.")},
    )
    since = day_field(_("From which day on?"), _("Write the day."))

    def clean(self) -> dict[str, Any]:
        """Refuse a standard for nobody in particular."""
        data = super().clean() or {}
        if not data.get("position_class") and not (data.get("job_family") or "").strip():
            self.add_error("position_class", _("Choose a class, or write a job family."))
        return data


class AssessmentForm(forms.Form):
    """An assessed level of a person."""

    competence = forms.ModelChoiceField(
        label=_("Competence"),
        queryset=Competence.objects.none(),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose the competence.")},
    )
    level = forms.TypedChoiceField(
        label=_("Assessed level"),
        choices=LEVEL_CHOICES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the level.")},
    )
    assessed_on = day_field(_("Assessed on"), _("Write the day of the assessment."))
    method = forms.ChoiceField(
        label=_("How was it assessed?"),
        choices=AssessmentMethod.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it was assessed.")},
    )
    note = forms.CharField(
        label=_("Note"), help_text=_("Assessor or number of the report."), max_length=300, required=False
    )

    def __init__(self, *args: Any, competences: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["competence"].queryset = competences  # type: ignore[attr-defined]

    def clean_assessed_on(self) -> date:
        """Refuse a day that has not come."""
        day: date = self.cleaned_data["assessed_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class WishForm(forms.Form):
    """Something one wants to learn."""

    topic = forms.ModelChoiceField(
        label=_("What do you want to learn?"),
        queryset=Topic.objects.none(),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose a topic.")},
    )
    why = forms.CharField(
        label=_("Why?"),
        help_text=_("What in your work would go better? Your supervisor reads this."),
        max_length=500,
        widget=forms.Textarea,
        error_messages={"required": _("Write why.")},
    )
    hours = wish_hours_field(
        _("How many lesson hours (JP) would it take?"), _("If you know of a certain training.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["topic"].queryset = Topic.objects.exclude(code=COACHING).order_by("name")  # type: ignore[attr-defined]


class WeighForm(forms.Form):
    """How urgent a need is, and how long."""

    urgency = forms.ChoiceField(
        label=_("How urgent is it?"),
        choices=UrgencyChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how urgent it is.")},
    )
    hours = wish_hours_field(_("How many lesson hours (JP) does it take?"))


class PlanForm(forms.Form):
    """The budget of a year."""

    hours = forms.DecimalField(
        label=_("Lesson hours (JP) in the budget"),
        help_text=_("Of all participants together: 20 people with 10 JP each are 200 JP."),
        max_digits=8,
        decimal_places=1,
        min_value=0,
        localize=True,
        error_messages={"required": _("Write the number of lesson hours."), "invalid": NUMBER_WRONG},
    )
    seats = forms.IntegerField(
        label=_("Seats in the budget"),
        min_value=0,
        max_value=1_000_000,
        error_messages={"required": _("Write how many seats there are."), "invalid": NUMBER_WRONG},
    )
    money = forms.DecimalField(
        label=_("Money in the budget"),
        help_text=_("For information only; the priorities do not count with it."),
        max_digits=15,
        decimal_places=0,
        min_value=0,
        localize=True,
        required=False,
        error_messages={"invalid": NUMBER_WRONG},
    )


class NewPlanForm(PlanForm):
    """A plan of a unit for a year."""

    field_order = ["unit", "year", "hours", "seats", "money"]
    unit = forms.ModelChoiceField(
        label=_("For which unit?"),
        help_text=_("The plan covers the unit and all below it."),
        queryset=WorkUnit.objects.none(),
        empty_label=_("Choose one"),
        error_messages={"required": _("Choose a unit.")},
    )
    year = forms.TypedChoiceField(
        label=_("Year"), coerce=int, error_messages={"required": _("Choose a year.")}
    )

    def __init__(self, *args: Any, units: Any, this_year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        years = [(str(year), str(year)) for year in (this_year, this_year + 1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]


class PlanEvaluationForm(forms.Form):
    """What came of a plan."""

    text = forms.CharField(
        label=_("What came of the plan?"),
        help_text=_("What was reached, what was not and why, and what the next plan should do differently."),
        max_length=3000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what came of the plan.")},
    )


class DiplomaForm(forms.Form):
    """A diploma of one's own."""

    level = forms.ChoiceField(
        label=_("Diploma"),
        choices=DiplomaLevel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the diploma.")},
    )
    school = forms.CharField(
        label=_("School or university"),
        max_length=150,
        error_messages={"required": _("Write the school or university.")},
    )
    field = forms.CharField(label=_("Study programme"), max_length=150, required=False)
    graduated_on = day_field(_("Day of graduation"), _("Write the day of graduation."))
    number = forms.CharField(
        label=_("Number of the diploma"),
        max_length=80,
        error_messages={"required": _("Write the number of the diploma.")},
    )
    file = forms.FileField(
        label=_("Photo or PDF of the diploma"),
        error_messages={
            "required": _("Choose a photo or a PDF of the diploma."),
            "empty": _("The file is empty. Choose another one."),
            "missing": _("Choose a photo or a PDF of the diploma."),
        },
    )

    @property
    def diploma(self) -> Diploma:
        """What the diploma says, from clean data."""
        return Diploma(**{key: self.cleaned_data[key] for key in Diploma.__dataclass_fields__})
