"""Forms of what happens in a session, and of the table of forms of learning."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import LearningUnit, WayChoices
from ..models import CheckQuestion
from ..services.learning_forms import FormRow
from .fields import day_field, number_field

SCALE = [
    ("1", _("Not at all")),
    ("2", _("A little")),
    ("3", _("Rather")),
    ("4", _("Very much")),
]
LETTERS = ("A", "B", "C", "D", "E")


class CodeForm(forms.Form):
    """The code on the trainer's screen."""

    code = forms.CharField(
        label=_("Attendance code"),
        help_text=_("It stands on the trainer's screen and changes every minute or so."),
        max_length=20,
        error_messages={"required": _("Write the code on the trainer's screen.")},
    )


class QuestionForm(forms.Form):
    """A question of a learning check with its answers."""

    text = forms.CharField(
        label=_("Question"), max_length=500, error_messages={"required": _("Write the question.")}
    )
    right = forms.ChoiceField(
        label=_("Which answer is right?"),
        choices=[(str(place), letter) for place, letter in enumerate(LETTERS)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the right answer.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for place, letter in enumerate(LETTERS):
            self.fields[f"option_{place}"] = forms.CharField(
                label=_("Answer %(letter)s") % {"letter": letter},
                max_length=300,
                required=place < 2,
                error_messages={"required": _("Write at least two answers.")},
            )
        self.order_fields(["text", *(f"option_{place}" for place in range(len(LETTERS))), "right"])

    @property
    def options(self) -> list[Any]:
        """The fields of the answers."""
        return [self[f"option_{place}"] for place in range(len(LETTERS))]

    def clean(self) -> dict[str, Any]:
        """Collect the answers; the right one must be among them, and no two alike."""
        data = super().clean() or {}
        typed = [data.get(f"option_{place}", "").strip() for place in range(len(LETTERS))]
        while typed and not typed[-1]:
            typed.pop()
        for place, text in enumerate(typed):
            if not text and place >= 2:
                self.add_error(f"option_{place}", _("Leave no answer out between two others."))
            elif text and text in typed[:place]:
                self.add_error(f"option_{place}", _("Two answers are the same."))
        right = data.get("right")
        if right is not None and int(right) >= len(typed):
            self.add_error("right", _("The right answer is empty."))
        data["answers"] = typed
        return data


class CheckForm(forms.Form):
    """The questions of a learning check, none answered before."""

    def __init__(self, *args: Any, questions: Sequence[CheckQuestion], **options: Any) -> None:
        super().__init__(*args, **options)
        for question in questions:
            self.fields[f"q{question.pk}"] = forms.TypedChoiceField(
                label=question.text,
                coerce=int,
                choices=[(str(place), text) for place, text in enumerate(question.options)],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose an answer.")},
            )

    @property
    def answers(self) -> dict[int, int]:
        """The chosen answers by question, from clean data."""
        return {int(name[1:]): value for name, value in self.cleaned_data.items() if name.startswith("q")}


def _scale(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=SCALE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer.")},
    )


class ReactionForm(forms.Form):
    """Three questions about a session."""

    useful = _scale(_("Was the session useful for your work?"))
    well_taught = _scale(_("Was it taught well?"))
    will_use = _scale(_("Will you use at work what you learned?"))


class ResultsForm(forms.Form):
    """A table of results."""

    file = forms.FileField(
        label=_("Table with the results (XLSX or CSV)"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose another one."),
            "missing": _("Choose a file."),
        },
    )


class LearningFormForm(forms.Form):
    """What a form of learning is worth from a day on."""

    name = forms.CharField(
        label=_("Name of the form"), max_length=100, error_messages={"required": _("Write the name.")}
    )
    classical = forms.TypedChoiceField(
        label=_("Group"),
        coerce=lambda value: value == "1",
        choices=[("1", _("Classical (klasikal)")), ("0", _("Non-classical (nonklasikal)"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the group.")},
    )
    way = forms.ChoiceField(
        label=_("Part of the learning mix (10 : 20 : 70)"),
        choices=WayChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the part of the mix.")},
    )
    unit = forms.ChoiceField(
        label=_("Counted in"),
        choices=LearningUnit.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is counted in.")},
    )
    jp = number_field(_("JP per day or event"), help_text=_("Only for days and events. Minutes are divided."))
    most = number_field(_("At most so many JP at once"))
    is_offered = forms.BooleanField(label=_("May be chosen"), required=False, initial=True)
    is_verified = forms.BooleanField(label=_("Checked against the regulation"), required=False)
    source = forms.CharField(
        label=_("Where does it say so?"),
        help_text=_("For example the annex of Perlan 10/2018, number and page."),
        max_length=200,
        error_messages={"required": _("Write the source.")},
    )
    valid_from = day_field(_("Holds from"), _("Write the first day."))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean(self) -> dict[str, Any]:
        """Ask for the JP of days and events, and for a day that is not over."""
        data = super().clean() or {}
        if data.get("unit") in {"days", "events"} and data.get("jp") is None and "jp" not in self.errors:
            self.add_error("jp", _("Write how many JP one day or event is worth."))
        if data.get("valid_from") and data["valid_from"] < self.today:
            self.add_error("valid_from", _("Choose today or a later day: an earlier one never changes."))
        return data

    @property
    def row(self) -> FormRow:
        """What the row says, from clean data."""
        return FormRow(**{key: self.cleaned_data[key] for key in FormRow.__dataclass_fields__})
