"""Forms for many lines at once: pasting, uploading, choosing lines to copy, and the page to correct them on."""

from collections.abc import Mapping, Sequence
from datetime import date as Day
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..selectors.progress import Target
from ..services.progress_files import MAX_BYTES
from ..services.progress_lines import MAX_LINES, LineDraft
from .reporting import short

PASTE_LIMIT = 150_000


class PasteForm(forms.Form):
    """Lines copied from a spreadsheet."""

    lines = forms.CharField(
        label=gettext_lazy("Lines from your sheet"),
        help_text=gettext_lazy("One activity per line: date, activity, quantity, unit, number of the RHK."),
        max_length=PASTE_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Paste at least one line."),
            "max_length": gettext_lazy("This is too much at once. Paste fewer lines."),
        },
    )


class SheetForm(forms.Form):
    """A spreadsheet with lines."""

    file = forms.FileField(
        label=gettext_lazy("Excel or CSV file"),
        allow_empty_file=True,
        max_length=None,
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "missing": gettext_lazy("Choose a file first."),
        },
    )

    def clean_file(self) -> Any:
        """Refuse what is far too large before it is read."""
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is too big: at most 1.5 MB. Split it by month."))
        return upload


class CopyForm(forms.Form):
    """Which lines to write again, and for which day."""

    day = forms.DateField(
        label=gettext_lazy("Copy to which day?"),
        error_messages={
            "required": gettext_lazy("Enter the day."),
            "invalid": gettext_lazy("Enter a day such as 5-11-2026."),
        },
    )

    def __init__(self, *args: Any, today: Day, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["day"].widget.attrs["max"] = today.isoformat()

    def clean_day(self) -> Day:
        """Refuse a day that has not come."""
        day: Day = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet. Choose today or a day before."))
        return day


def drafts_in(data: QueryDict) -> list[LineDraft]:
    """Return the lines of the correcting page as they were typed; their count is theirs, not the client's."""
    drafts = []
    for number in range(1, MAX_LINES + 1):
        if f"date_{number}" not in data:
            break
        drafts.append(
            LineDraft(
                number=number,
                date=data.get(f"date_{number}", "").strip()[:40],
                text=" ".join(data.get(f"text_{number}", "").split()),
                quantity=data.get(f"quantity_{number}", "").strip()[:40],
                target=data.get(f"target_{number}", "").strip()[:20],
                is_left_out=f"leave_{number}" in data,
            )
        )
    return drafts


def target_choices(targets: Mapping[str, Target]) -> Sequence[tuple[str, str]]:
    """Return the planned results and their indicators by number, for a list to choose from."""
    return [
        (
            code,
            f"{code}  {short(row.indicator.text)} ({row.indicator.measure})"
            if row.indicator
            else f"{code}  {short(row.result.text)}",
        )
        for code, row in targets.items()
    ]
