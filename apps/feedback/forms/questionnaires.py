"""Forms of the office for versions of the questionnaire."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Unsur
from ..rules.questionnaire import NotAWeight, check_labels, parse_weight

LABEL_FIELDS = ("label_1", "label_2", "label_3", "label_4")


class DraftForm(forms.Form):
    """Title and reason of a version."""

    title = forms.CharField(
        label=_("Name of this version"),
        help_text=_("For example: SKM 2027 with eleven questions."),
        max_length=200,
        error_messages={"required": _("Give this version a name.")},
    )
    why = forms.CharField(
        label=_("Why is it changed?"),
        help_text=_("Whoever reads the results later will want to know."),
        max_length=1000,
        widget=forms.Textarea,
        error_messages={"required": _("Say why the questionnaire is changed.")},
    )


class UnsurForm(forms.Form):
    """The words of one question, with its four answers from worst to best."""

    code = forms.RegexField(
        regex=r"^[a-z][a-z0-9_]{0,29}$",
        label=_("Code"),
        help_text=_("A short word by which the results know this question, for example transparansi."),
        max_length=30,
        error_messages={
            "required": _("Give the question a code."),
            "invalid": _("Use small letters, digits and underscores, beginning with a letter."),
        },
    )
    name = forms.CharField(
        label=_("Name of the element (unsur)"),
        max_length=100,
        error_messages={"required": _("Give the element a name.")},
    )
    question = forms.CharField(
        label=_("Question"),
        help_text=_("Ask about the service and its officers in general, never about one named officer."),
        max_length=300,
        error_messages={"required": _("Write the question.")},
    )
    label_1 = forms.CharField(label=_("1, the worst"), max_length=60)
    label_2 = forms.CharField(label="2", max_length=60)
    label_3 = forms.CharField(label="3", max_length=60)
    label_4 = forms.CharField(label=_("4, the best"), max_length=60)
    reason = forms.CharField(
        label=_("Why may it be replaced?"),
        help_text=_("Name the rule, for example the regional regulation that makes the service free."),
        max_length=300,
        error_messages={"required": _("Say why, and name the rule.")},
    )

    def __init__(
        self, *args: Any, problems: Any, with_code: bool = False, with_reason: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.problems = problems
        if not with_code:
            del self.fields["code"]
        if not with_reason:
            del self.fields["reason"]
        for name in LABEL_FIELDS:
            self.fields[name].error_messages["required"] = _("Write four answers, from worst to best.")

    def clean(self) -> dict[str, Any]:
        """Check the answers as one scale; own words are allowed, mixed or turned scales are not."""
        cleaned = super().clean() or {}
        if all(cleaned.get(name) for name in LABEL_FIELDS):
            labels = [" ".join(cleaned[name].split()) for name in LABEL_FIELDS]
            cleaned["labels"] = labels
            for finding in check_labels(labels):
                if not finding.is_warning:
                    shown = finding.params.get("shown", "")
                    at = labels.index(shown) if shown in labels else 0
                    self.add_error(LABEL_FIELDS[at], self.problems(finding))
        return cleaned


class WeightsForm(forms.Form):
    """One weight per question, as a fraction."""

    def __init__(self, *args: Any, unsur: Iterable[Unsur], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unsur = list(unsur)
        for row in self.unsur:
            self.fields[f"w_{row.code}"] = forms.CharField(
                label=f"U{row.number} {row.name}",
                max_length=20,
                initial=str(Fraction(row.weight_numerator, row.weight_denominator)),
                error_messages={"required": _("Write a weight, for example 1/9.")},
            )

    @property
    def rows(self) -> list[forms.BoundField]:
        """The fields in their order."""
        return [self[f"w_{row.code}"] for row in self.unsur]

    def clean(self) -> dict[str, Any]:
        """Read the weights exactly. Their sum must be exactly 1."""
        cleaned = super().clean() or {}
        weights: dict[str, Fraction] = {}
        for row in self.unsur:
            text = cleaned.get(f"w_{row.code}")
            if not text:
                continue
            try:
                weights[row.code] = parse_weight(text)
            except NotAWeight:
                self.add_error(
                    f"w_{row.code}",
                    _("Write a fraction such as 1/9, or a number such as 0,2, between 0 and 1."),
                )
        total = sum(weights.values(), Fraction(0))
        if len(weights) == len(self.unsur) and total != 1:
            self.add_error(
                f"w_{self.unsur[0].code}",
                _(
                    "The weights add up to %(total)s. They must add up to exactly 1; 1/9 is exact, 0.11 is not."
                )
                % {"total": total},
            )
        cleaned["weights"] = weights
        return cleaned


class UseForm(forms.Form):
    """From when a version is offered, and whether for everybody."""

    valid_from = forms.DateField(
        label=_("For survey periods that begin on or after"),
        help_text=_("Periods that run already keep their questionnaire."),
        widget=forms.DateInput,
        error_messages={"required": _("Give the day."), "invalid": _("Give the day.")},
    )
    kind = forms.ChoiceField(
        label=_("For which services?"),
        choices=[
            ("standard", _("For all: it is suggested for every new period")),
            ("variant", _("For single services: it is chosen by hand, for example for an online service")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose for which services it is meant.")},
    )
