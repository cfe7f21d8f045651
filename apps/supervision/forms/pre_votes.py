"""Forms of the blind vote in a calibration room. They clean and save nothing."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.assessments.labels import PredikatChoices

ABSTAIN = "-"


class OpenVoteForm(forms.Form):
    """Who votes on whom; nobody is ticked before."""

    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who is a borderline case?"),
        help_text=gettext_lazy("A few people whose result the room should look at together."),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick at least one person."),
            "invalid_choice": gettext_lazy("Choose among the people of this calibration."),
        },
    )
    voters = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Who is present and votes?"),
        help_text=gettext_lazy("Votes can be read once all of them have voted on everybody."),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Tick those who are present."),
            "invalid_choice": gettext_lazy("Choose among those who take part in the calibration."),
        },
    )

    def __init__(
        self, *args: Any, people: list[tuple[int, str]], voters: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = people  # type: ignore[attr-defined]
        self.fields["voters"].choices = voters  # type: ignore[attr-defined]


class BallotForm(forms.Form):
    """A band for each person, none chosen before; abstaining is an answer."""

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for evaluation, name in people:
            self.fields[f"band_{evaluation}"] = forms.ChoiceField(
                label=name,
                choices=[*PredikatChoices.choices, (ABSTAIN, _("I abstain"))],
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("%(name)s: choose a band, or abstain.") % {"name": name},
                    "invalid_choice": _("%(name)s: choose one of the bands.") % {"name": name},
                },
            )

    def bands(self) -> dict[int, str]:
        """Return the bands by evaluation; empty where somebody abstains."""
        return {
            int(name.removeprefix("band_")): "" if value == ABSTAIN else value
            for name, value in self.cleaned_data.items()
        }


class ConclusionForm(forms.Form):
    """What the room agreed on."""

    conclusion = forms.CharField(
        label=gettext_lazy("What did the room agree on?"),
        help_text=gettext_lazy("Ratings are moved in the calibration, one by one and with a reason."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": gettext_lazy("Write what the room agreed on.")},
    )
