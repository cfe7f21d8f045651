"""Forms of the office for paper sheets and uploaded tables."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..labels import AgeBand, Education, FilledBy, Occupation, Sex
from ..models import PaperBatch, PaperRow, Service, ServicePoint, Unsur
from ..services.paper import Sheet

ROWS_PER_PAGE = 10
MAX_SHEETS = 2000
REMARK_LENGTH = 1000
ATTRIBUTES = {"sex": Sex, "age_band": AgeBand, "education": Education, "occupation": Occupation}
_ONE_TO_FOUR = {"1", "2", "3", "4"}


class PaperBatchForm(forms.Form):
    """A pile of sheets."""

    sheet_count = forms.IntegerField(
        label=_("Number of sheets"),
        help_text=_(
            "Write a number on each sheet by hand first, from 1 to the last. Empty sheets count too."
        ),
        min_value=1,
        max_value=MAX_SHEETS,
        error_messages={"required": _("Write how many sheets there are.")},
    )
    collected_on = forms.DateField(
        label=_("Filled in on"),
        help_text=_("Make a batch of its own for each day."),
        widget=forms.DateInput,
        error_messages={"required": _("Give the day.")},
    )
    point = forms.ModelChoiceField(
        label=_("Counter"),
        queryset=ServicePoint.objects.none(),
        required=False,
        empty_label=_("not at a counter"),
    )
    place = forms.CharField(
        label=_("Other place"),
        help_text=_("For example: waiting room, or home visits."),
        required=False,
        max_length=120,
    )
    collected_by = forms.CharField(
        label=_("Who handed the sheets out and collected them?"),
        help_text=_("The capacity is enough, for example intern or survey team. Not the officer who served."),
        max_length=120,
        error_messages={"required": _("Say who collected the sheets.")},
    )

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = service.points.order_by("label", "id")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A place is needed: a counter, or words."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("point") and not cleaned.get("place"):
            self.add_error("place", _("Choose the counter, or write where it was."))
        return cleaned


class ScanForm(forms.Form):
    """A picture or PDF of the sheets."""

    file = forms.FileField(
        label=_("Scan of the sheets"),
        help_text=_("PDF or photos. The scan proves the sheets; keep the paper as your archive rules say."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )


def _options(choices: Any) -> list[tuple[str, Any]]:
    return [("", "-"), *choices.choices]


class SheetsForm(forms.Form):
    """Ten sheets at a time, one row each. A row that is left empty is not typed yet."""

    def __init__(
        self, *args: Any, batch: PaperBatch, unsur: Iterable[Unsur], first: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unsur = list(unsur)
        self.numbers = range(first, min(first + ROWS_PER_PAGE, batch.sheet_count + 1))
        self.stored: dict[int, PaperRow] = {
            row.number: row for row in batch.rows.filter(number__in=self.numbers)
        }
        for number in self.numbers:
            self._add_row(number, self.stored.get(number))

    def _add_row(self, number: int, row: PaperRow | None) -> None:
        start = f"s{number}"
        self.fields[f"{start}_seen"] = forms.IntegerField(
            widget=forms.HiddenInput, initial=row.revision if row else 0, required=False
        )
        for unsur in self.unsur:
            self.fields[f"{start}_{unsur.code}"] = forms.CharField(
                label=_("Sheet %(number)s, U%(unsur)s") % {"number": number, "unsur": unsur.number},
                required=False,
                initial=row.answers.get(unsur.code, "") if row else "",
                widget=forms.TextInput(
                    attrs={
                        "inputmode": "numeric",
                        "autocomplete": "off",
                        "maxlength": "1",
                        "data-digit": "1",
                        "class": "input",
                    }
                ),
            )
        for name, choices in {**ATTRIBUTES, "filled_by": FilledBy}.items():
            self.fields[f"{start}_{name}"] = forms.ChoiceField(
                choices=_options(choices),
                required=False,
                initial=getattr(row, name) if row else "",
                widget=forms.Select(attrs={"class": "select"}),
            )
        self.fields[f"{start}_remark"] = forms.CharField(
            required=False,
            max_length=REMARK_LENGTH,
            initial=row.remark if row else "",
            widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        )
        self.fields[f"{start}_unusable"] = forms.BooleanField(
            label=_("Sheet %(number)s is empty or unreadable") % {"number": number},
            required=False,
            initial=row.is_unusable if row else False,
        )

    @property
    def sheets(self) -> list[dict[str, Any]]:
        """The rows for the template."""
        return [
            {
                "number": number,
                "is_typed": number in self.stored,
                "seen": self[f"s{number}_seen"],
                "answers": [(unsur, self[f"s{number}_{unsur.code}"]) for unsur in self.unsur],
                "sex": self[f"s{number}_sex"],
                "age_band": self[f"s{number}_age_band"],
                "education": self[f"s{number}_education"],
                "occupation": self[f"s{number}_occupation"],
                "filled_by": self[f"s{number}_filled_by"],
                "remark": self[f"s{number}_remark"],
                "unusable": self[f"s{number}_unusable"],
            }
            for number in self.numbers
        ]

    def clean(self) -> dict[str, Any]:
        """Collect the rows that hold anything."""
        cleaned = super().clean() or {}
        found = []
        for number in self.numbers:
            start = f"s{number}"
            answers = {}
            for unsur in self.unsur:
                text = str(cleaned.get(f"{start}_{unsur.code}") or "").strip()
                if text in _ONE_TO_FOUR:
                    answers[unsur.code] = int(text)
                elif text:
                    self.add_error(
                        f"{start}_{unsur.code}",
                        _("Sheet %(number)s, U%(unsur)s: “%(shown)s” is not 1, 2, 3 or 4.")
                        % {"number": number, "unsur": unsur.number, "shown": text[:5]},
                    )
            is_unusable = bool(cleaned.get(f"{start}_unusable"))
            if is_unusable and answers:
                self.add_error(
                    f"{start}_unusable",
                    _("Sheet %(number)s has answers and is marked as empty. Decide on one.")
                    % {"number": number},
                )
            attributes = {name: cleaned.get(f"{start}_{name}") or "" for name in ATTRIBUTES}
            remark = str(cleaned.get(f"{start}_remark") or "")
            filled_by = cleaned.get(f"{start}_filled_by") or ""
            is_blank = not (answers or is_unusable or remark or filled_by or any(attributes.values()))
            if is_blank and number not in self.stored:
                continue
            found.append(
                Sheet(
                    number=number,
                    answers=answers,
                    attributes=attributes,
                    filled_by=filled_by,
                    remark=remark,
                    is_unusable=is_unusable,
                    seen=cleaned.get(f"{start}_seen") or 0,
                )
            )
        cleaned["sheets"] = found
        return cleaned


class SecondReadingForm(forms.Form):
    """The answers of one sheet, read again without seeing the first reading."""

    def __init__(self, *args: Any, unsur: Iterable[Unsur], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unsur = list(unsur)
        for row in self.unsur:
            self.fields[row.code] = forms.TypedChoiceField(
                label=f"U{row.number} {row.name}",
                choices=[("", _("no answer")), *((value, str(value)) for value in range(1, 5))],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.TextInput(
                    attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": "1", "data-digit": "1"}
                ),
                error_messages={"invalid_choice": _("Write 1, 2, 3 or 4, or leave it empty.")},
            )
        self.fields["is_unusable"] = forms.BooleanField(
            label=_("The sheet is empty or unreadable"), required=False
        )

    @property
    def rows(self) -> list[forms.BoundField]:
        """The questions in their order."""
        return [self[row.code] for row in self.unsur]

    def clean(self) -> dict[str, Any]:
        """Collect the answers."""
        cleaned = super().clean() or {}
        answers = {row.code: cleaned[row.code] for row in self.unsur if cleaned.get(row.code) is not None}
        if not self.errors and not answers and not cleaned.get("is_unusable"):
            self.add_error(
                self.unsur[0].code, _("Type what the sheet says, or mark it as empty or unreadable.")
            )
        cleaned["answers"] = answers
        return cleaned


class SettleForm(forms.Form):
    """What a sheet really says where two readings differ, and why they did."""

    reason = forms.CharField(
        label=_("What happened?"),
        help_text=_("For example: slipped by one row, or the cross was between two boxes."),
        max_length=300,
        error_messages={"required": _("Say in a few words how the difference came about.")},
    )

    def __init__(self, *args: Any, row: PaperRow, different: Iterable[Unsur], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.different = list(different)
        second = row.second_reading or {}
        for unsur in self.different:
            readings = [row.answers.get(unsur.code), second.get(unsur.code)]
            self.fields[f"a_{unsur.code}"] = forms.ChoiceField(
                label=f"U{unsur.number} {unsur.name}",
                choices=[
                    (str(value or 0), f"{value}: {unsur.labels[value - 1]}" if value else _("no answer"))
                    for value in readings
                ],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what the sheet says.")},
            )
        self.order_fields([*(f"a_{unsur.code}" for unsur in self.different), "reason"])

    @property
    def rows(self) -> list[forms.BoundField]:
        """The questions on which the readings differ."""
        return [self[f"a_{unsur.code}"] for unsur in self.different]

    def clean(self) -> dict[str, Any]:
        """Collect what the sheet says; 0 means that it says nothing."""
        cleaned = super().clean() or {}
        cleaned["answers"] = {
            unsur.code: int(cleaned[f"a_{unsur.code}"])
            for unsur in self.different
            if cleaned.get(f"a_{unsur.code}") not in (None, "", "0")
        }
        return cleaned


class RespondentTableForm(forms.Form):
    """A table of respondents, and the answer to the trap that turns two unsur round."""

    file = forms.FileField(
        label=_("Table of respondents"),
        help_text=_(
            "XLSX or CSV: one row per person, one column per question. Without names, NIK or telephone."
        ),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
    )
    order = forms.ChoiceField(
        label=_("Which question stands in column U8 of your table?"),
        choices=[
            ("pengaduan", _("U8 handling of complaints, U9 facilities (as in our questionnaire)")),
            ("sarana", _("U8 facilities, U9 handling of complaints")),
            ("codes", _("The columns have names and no numbers")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Look into your table and choose.")},
    )

    def __init__(self, *args: Any, codes: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = set(codes)
        if not {"pengaduan", "sarana"} <= self.codes:
            del self.fields["order"]

    @property
    def columns(self) -> dict[str, str]:
        """Titles that mean another unsur than their number says."""
        if self.cleaned_data.get("order") == "sarana":
            return {"U8": "sarana", "U9": "pengaduan"}
        return {}
