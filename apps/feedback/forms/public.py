"""Forms without an account, and the plain form for words."""

import copy
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import FILLED_BY_WORDS, AgeBand, Education, Occupation, Sex
from ..models import Unsur
from ..rules.ikm import HIGHEST_ANSWER, LOWEST_ANSWER
from ..services.abuse import shown_token, too_fast

REMARK_LENGTH = 1000


STORY_LENGTH = 4000


# Room for an address that somebody pasted; what is longer is cut, for a code never makes a rating fail.
CODE_INPUT_LENGTH = 200


TRAP = "situs"


class PublicForm(forms.Form):
    """A form without an account. It carries the time it was shown and a field that people do not see."""

    situs = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"})
    )
    tampil = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        # Signed only where it is shown: a form that comes back shows its own again.
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "tampil": lambda: shown_token(now)}
        super().__init__(*args, **kwargs)
        self.now = now

    def looks_automatic(self, minimum_seconds: int) -> bool:
        """Whether a program rather than a person seems to have filled it in."""
        if self.data.get(TRAP):
            return True
        return too_fast(self.data.get("tampil", ""), at=self.now, minimum_seconds=minimum_seconds)


def _optional(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Prefer not to say")), *choices.choices]


class RatingForm(PublicForm):
    """The questionnaire: one scale per unsur, nothing chosen before, everything about the person optional."""

    sex = forms.ChoiceField(label=_("Sex"), choices=_optional(Sex), required=False)
    age_band = forms.ChoiceField(label=_("Age"), choices=_optional(AgeBand), required=False)
    education = forms.ChoiceField(label=_("Last education"), choices=_optional(Education), required=False)
    occupation = forms.ChoiceField(label=_("Occupation"), choices=_optional(Occupation), required=False)
    remark = forms.CharField(
        label=_("Anything you want to add?"),
        help_text=_(
            "Please write no names, telephone numbers or other personal data, neither yours nor others'."
        ),
        required=False,
        max_length=REMARK_LENGTH,
        widget=forms.Textarea,
    )

    filled_by = forms.ChoiceField(
        label=_("Who is filling this in?"),
        choices=list(FILLED_BY_WORDS.items()),
        required=False,
        widget=forms.RadioSelect,
    )
    kode = forms.CharField(
        label=_("Code on your receipt"),
        help_text=_("Sixteen letters and digits. You can leave it out."),
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, unsur: Iterable[Unsur], required_answers: int, **kwargs: Any) -> None:
        self.unsur = list(unsur)
        self.required_answers = min(required_answers, len(self.unsur))
        asked = tuple((row.code, row.question, tuple(row.labels)) for row in self.unsur)
        # What Django copies for each form.
        self.base_fields = _fields_of(asked)
        super().__init__(*args, **kwargs)

    def clean_kode(self) -> str:
        """Take any text: whether it is a code, and worth something, is not the citizen's worry."""
        return str(self.cleaned_data["kode"])[:CODE_INPUT_LENGTH]

    @property
    def scales(self) -> list[forms.BoundField]:
        """The questions in their order."""
        return [self[row.code] for row in self.unsur]

    def clean(self) -> dict[str, Any]:
        """Collect the answers; skipping is allowed up to a point."""
        cleaned = super().clean() or {}
        answers = {row.code: cleaned[row.code] for row in self.unsur if cleaned.get(row.code) is not None}
        open_questions = [
            row.code for row in self.unsur if row.code not in answers and row.code not in self.errors
        ]
        if len(answers) < self.required_answers and open_questions:
            self.add_error(
                open_questions[0],
                _("Please answer at least %(required)s of the %(all)s questions. You answered %(given)s.")
                % {"required": self.required_answers, "all": len(self.unsur), "given": len(answers)},
            )
        cleaned["answers"] = answers
        cleaned["attributes"] = {
            name: cleaned.get(name, "") for name in ("sex", "age_band", "education", "occupation")
        }
        return cleaned


class _SharedFields(dict[str, forms.Field]):
    """Fields that all forms of a questionnaire have in common: a copy has the same ones, so nobody may change one."""

    def __deepcopy__(self, memo: Any) -> dict[str, forms.Field]:
        return dict(self)


@lru_cache(maxsize=64)
def _fields_of(asked: tuple[tuple[str, str, tuple[str, ...]], ...]) -> _SharedFields:
    """Return the fields for these questions (code, question, labels): the words themselves, so that other words never
    meet fields of before. What is translated is lazy, and so of the language of whoever looks.
    """
    fields = _SharedFields(copy.deepcopy(RatingForm.base_fields))
    for code, question, labels in asked:
        # Each scale has the words of its own question, least to best.
        words = zip(range(LOWEST_ANSWER, HIGHEST_ANSWER + 1), labels, strict=True)
        fields[code] = forms.TypedChoiceField(
            label=question,
            choices=list(words),
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )
    return fields


class WordsForm(forms.Form):
    """A text that somebody else will read."""

    text = forms.CharField(
        label=_("Your words"),
        max_length=STORY_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write something first.")},
    )

    def __init__(
        self, *args: Any, label: Any = None, hint: Any = "", required: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
        self.fields["text"].help_text = hint
        self.fields["text"].required = required
