"""Forms of nominations and of the jury."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import BallotChoices, NominationKind


class NominationForm(forms.Form):
    """A deed, and what it changed."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=NominationKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is an innovation or a thanks.")},
    )
    title = forms.CharField(
        label=_("What was done?"),
        help_text=_("Name the deed, for example: set up a queue for pregnant women."),
        max_length=150,
        error_messages={"required": _("Write what was done.")},
    )
    deed = forms.CharField(
        label=_("How did it happen?"),
        help_text=_("What was there before, and what was done. The office and the jury read this."),
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": _("Write how it happened.")},
    )
    effect = forms.CharField(
        label=_("What did it change?"),
        help_text=_(
            "Figures if you have them. If it is awarded, everybody in the government reads the title and this; "
            "write no names into them."
        ),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what it changed.")},
    )
    from_public = forms.BooleanField(
        label=_("Citizens thanked the unit: name them as the source, by number alone"), required=False
    )

    def __init__(self, *args: Any, may_name_public: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_name_public:
            del self.fields["from_public"]


class CheckForm(forms.Form):
    """That a deed can be judged."""

    note = forms.CharField(
        label=_("What did you check?"),
        help_text=_("For example: whom you asked, and which record shows it. The jury reads this."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Write what you checked.")},
    )


class ReasonForm(forms.Form):
    """A reason the nominator reads."""

    reason = forms.CharField(
        label=_("What is the reason?"),
        help_text=_("Whoever named the deed reads it."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Write the reason.")},
    )


class ChairForm(forms.Form):
    """Who leads the jury."""

    chair = forms.TypedChoiceField(
        label=_("Who leads the jury?"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who leads the jury."),
            "invalid_choice": _("Choose somebody of the jury."),
        },
    )

    def __init__(self, *args: Any, jurors: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["chair"].choices = jurors  # type: ignore[attr-defined]


class JuryVoteForm(forms.Form):
    """A vote with its reason."""

    ballot = forms.ChoiceField(
        label=_("How do you vote?"),
        choices=BallotChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you vote.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Needed for and against. The office reads it after the decision."),
        max_length=1000,
        required=False,
        widget=forms.Textarea,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason unless somebody abstains."""
        data = super().clean() or {}
        if data.get("ballot") in {"yes", "no"} and not (data.get("reason") or "").strip():
            self.add_error("reason", _("Write why you vote like this."))
        return data
