"""Forms of the matrix and of unit targets: as many fields as there are results and parts of the year."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..forms import NumberField, text_field
from ..labels import ContributionChoices
from ..selectors.matrix import CellView, ColumnView, RowView
from ..selectors.targets import TargetRow
from ..services.matrix import Entry

TEXT_LIMIT = 1000


class MatrixRowForm(forms.Form):
    """What a leader expects of one person: the contributions to every result, and room for one more each.

    A field of a contribution is named `cell_<column>_<cell>`, the empty one `new_<column>`; `seen_<cell>` carries
    the revision that was shown. What another tab took away in the meantime moves into the empty field.
    """

    def __init__(self, data: Any = None, *, row: RowView, **options: Any) -> None:
        self.row = row
        self.vanished: list[int] = []
        super().__init__(data if data is None else self._rescued(data), **options)
        for number, column in enumerate(row.columns, start=1):
            for view in column.cells:
                self._add_cell(number, column, view)
            self._add_empty(number, column)

    def _rescued(self, data: Any) -> Any:
        known = {
            f"cell_{column.column.pk}_{view.cell.pk}" for column in self.row.columns for view in column.cells
        }
        columns = {str(column.column.pk) for column in self.row.columns}
        lost = [
            name for name in data if name.startswith("cell_") and name not in known and data[name].strip()
        ]
        if not lost:
            return data
        rescued = data.copy() if isinstance(data, QueryDict) else dict(data)
        for name in lost:
            _cell, column, cell = (*name.split("_"), "", "")[:3]
            if column in columns and cell.isdigit():
                self.vanished.append(int(cell))
                beside = str(rescued.get(f"new_{column}", "")).strip()
                rescued[f"new_{column}"] = "\n".join(filter(None, (beside, data[name].strip())))
        return rescued

    def _add_cell(self, number: int, column: ColumnView, view: CellView) -> None:
        pk = view.cell.pk
        self.fields[f"cell_{column.column.pk}_{pk}"] = text_field(
            TEXT_LIMIT,
            label=gettext("Contribution to result %(n)s") % {"n": number},
            required=False,
            initial=view.text,
        )
        self.fields[f"kind_{pk}"] = self._kind(number, view.cell.kind)
        if view.can_be_put_again:
            self.fields[f"again_{pk}"] = forms.BooleanField(
                label=_("Propose these words once more"), required=False
            )

    def _add_empty(self, number: int, column: ColumnView) -> None:
        pk = column.column.pk
        label = (
            gettext("Contribution to result %(n)s")
            if not column.cells
            else gettext("Another contribution to result %(n)s")
        )
        self.fields[f"new_{pk}"] = text_field(TEXT_LIMIT, label=label % {"n": number}, required=False)
        self.fields[f"newkind_{pk}"] = self._kind(number, ContributionChoices.OUTCOME.value)

    @staticmethod
    def _kind(number: int, initial: str) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=gettext("What is it? (result %(n)s)") % {"n": number},
            choices=ContributionChoices.choices,
            initial=initial,
            required=False,
        )

    def sections(self) -> list[dict[str, Any]]:
        """Return the fields column by column, as the page shows them."""
        found = []
        for column in self.row.columns:
            cells = [
                {
                    "view": view,
                    "text": self[f"cell_{column.column.pk}_{view.cell.pk}"],
                    "kind": self[f"kind_{view.cell.pk}"],
                    "again": self[f"again_{view.cell.pk}"] if view.can_be_put_again else None,
                }
                for view in column.cells
            ]
            new = {"text": self[f"new_{column.column.pk}"], "kind": self[f"newkind_{column.column.pk}"]}
            found.append({"column": column, "cells": cells, "new": new})
        return found

    def entries(self) -> list[Entry]:
        """Return the arguments of the service."""
        found = []
        for column in self.row.columns:
            for view in column.cells:
                pk = view.cell.pk
                found.append(
                    Entry(
                        column_id=column.column.pk,
                        cell_id=pk,
                        text=self.cleaned_data[f"cell_{column.column.pk}_{pk}"],
                        kind=self.cleaned_data[f"kind_{pk}"] or view.cell.kind,
                        seen=self._seen(pk),
                        again=bool(self.cleaned_data.get(f"again_{pk}")),
                    )
                )
            new = column.column.pk
            found.append(
                Entry(
                    column_id=new,
                    text=self.cleaned_data[f"new_{new}"],
                    kind=self.cleaned_data[f"newkind_{new}"] or str(ContributionChoices.OUTCOME),
                )
            )
        return found

    def _seen(self, pk: int) -> int:
        text = str(self.data.get(f"seen_{pk}", ""))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class DeclineForm(forms.Form):
    """Why a proposal is declined."""

    note = text_field(
        2000,
        label=_("Why do you decline the proposal?"),
        help_text=_("Your leader reads this note. Your plan stays as it is."),
        error_messages={"required": _("Write why you decline. Without a note your leader cannot react.")},
    )


class TargetsForm(forms.Form):
    """The targets of the parts of the year; an empty field means that there is none."""

    def __init__(self, data: Any = None, *, rows: list[TargetRow], labels: list[str], **options: Any) -> None:
        super().__init__(data, **options)
        self.rows = rows
        for row, label in zip(rows, labels, strict=True):
            self.fields[self.name_of(row.part.starts_on)] = NumberField(
                label=label,
                min_value=0,
                required=False,
                initial=row.target.plain_target if row.target else None,
                error_messages={"min_value": _("The target cannot be below zero.")},
            )

    @staticmethod
    def name_of(day: date) -> str:
        """Return the name of the field of a part."""
        return f"target_{day:%Y%m%d}"

    def values(self) -> dict[date, Decimal | None]:
        """Return the targets by first day."""
        return {row.part.starts_on: self.cleaned_data[self.name_of(row.part.starts_on)] for row in self.rows}

    def seen(self) -> dict[date, str]:
        """Return the fingerprints of what the form showed."""
        return {
            row.part.starts_on: str(self.data.get(f"seen_{row.part.starts_on:%Y%m%d}", ""))[:16]
            for row in self.rows
        }


class RealizationForm(forms.Form):
    """What was reached by the end of a part of the year, and where that was read."""

    realization = NumberField(
        label=_("What was reached?"),
        help_text=_(
            "Counted from 1 January to the end of the period. Only the number, for example 1.250 or 98,5."
        ),
        error_messages={"required": _("Write the realization as a number.")},
    )
    source_note = text_field(
        500,
        label=_("Where does the number come from?"),
        help_text=_("Name the report or register and its date, so that somebody else can check it."),
        error_messages={"required": _("Write where the number comes from.")},
    )
