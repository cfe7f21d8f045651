"""When somebody wants to write a report."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.formats import tanggal

FIRST_HOUR, LAST_HOUR, USUAL_HOUR = 6, 20, 14
DAYS_OFFERED = 31


class ReminderForm(forms.Form):
    """A day and an hour until the last day of the report."""

    day = forms.TypedChoiceField(
        label=_("Day"),
        coerce=date.fromisoformat,
        error_messages={"required": _("Choose a day."), "invalid_choice": _("Choose a day that is to come.")},
    )
    hour = forms.TypedChoiceField(
        label=_("Hour"),
        coerce=int,
        choices=[(str(hour), f"{hour:02d}.00") for hour in range(FIRST_HOUR, LAST_HOUR + 1)],
        initial=str(USUAL_HOUR),
        error_messages={"required": _("Choose an hour.")},
    )

    def __init__(self, *args: Any, now: datetime, last: date, zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone = zone
        today = now.astimezone(ZoneInfo(zone)).date()
        count = min((last - today).days, DAYS_OFFERED)
        days = [today + timedelta(days=number) for number in range(count + 1)]
        self.fields["day"].choices = [(day.isoformat(), tanggal(day, "hari")) for day in days]  # type: ignore[attr-defined]
        # What is chosen before anybody chooses lies ahead, so that the button alone is a good answer.
        is_over = now >= datetime.combine(today, time(USUAL_HOUR), ZoneInfo(zone))
        self.fields["day"].initial = days[1 if is_over and len(days) > 1 else 0].isoformat()

    @property
    def remind_at(self) -> datetime:
        """The chosen instant, from clean data."""
        data = self.cleaned_data
        return datetime.combine(data["day"], time(data["hour"]), ZoneInfo(self.zone))
