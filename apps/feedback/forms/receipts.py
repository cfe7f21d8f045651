"""Forms around receipt codes, keys of queue systems, and kiosks."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import ServicePoint
from ..rules import receipt_code

MAX_DAYS = 31
MAX_PER_DAY = 500
MAX_SHEETS = 2_000
AHEAD_DAYS = 60


class ReceiptCodeForm(forms.Form):
    """A code as it is typed from paper."""

    kode = forms.CharField(
        label=_("Code on your receipt"),
        help_text=_("Sixteen letters and digits in groups of four. Capitals and hyphens do not matter."),
        error_messages={"required": _("Type the code, or go on without one.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_kode(self) -> str:
        """Bring it into the form it was made in; say so if letters are missing or swapped."""
        code = receipt_code.normalize(self.cleaned_data["kode"])
        if len(code) != receipt_code.LENGTH:
            raise forms.ValidationError(
                _("A code has 16 letters and digits; here are %(count)s. Compare it with your receipt.")
                % {"count": len(code)}
            )
        if not receipt_code.is_well_formed(code):
            raise forms.ValidationError(
                _("One of the letters is not quite right. Compare the code with your receipt once more.")
            )
        return code


class ReceiptOrderForm(forms.Form):
    """For which days codes are printed, and how many per day."""

    first_day = forms.DateField(
        label=_("First day"), widget=forms.DateInput, error_messages={"required": _("Give the first day.")}
    )
    last_day = forms.DateField(
        label=_("Last day"),
        help_text=_("Leave it empty for a single day. Days on which the service is closed get no codes."),
        widget=forms.DateInput,
        required=False,
    )
    count = forms.IntegerField(
        label=_("Codes per day"),
        help_text=_(
            "A little more than people come on a busy day. Unused ones lose their worth by themselves."
        ),
        min_value=1,
        max_value=MAX_PER_DAY,
        error_messages={
            "required": _("Write how many codes a day needs."),
            "min_value": _("Write at least 1."),
            "max_value": _("At most %(limit_value)s codes per day can be printed at once."),
            "invalid": _("Write a whole number."),
        },
    )

    def __init__(self, *args: Any, today: date, opening_hours: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.opening_hours = opening_hours

    def clean(self) -> dict[str, Any]:
        """Make the list of days; leave out weekdays on which the service is known to be closed."""
        cleaned = super().clean() or {}
        first, count = cleaned.get("first_day"), cleaned.get("count")
        if first is None:
            return cleaned
        last = cleaned.get("last_day") or first
        if first < self.today:
            self.add_error("first_day", _("This day has passed. Codes are for today or later."))
        elif last < first:
            self.add_error("last_day", _("The last day lies before the first one."))
        elif last > self.today + timedelta(days=AHEAD_DAYS):
            self.add_error(
                "last_day" if cleaned.get("last_day") else "first_day",
                _("That is more than %(days)s days ahead. Print these codes later.") % {"days": AHEAD_DAYS},
            )
        elif (last - first).days >= MAX_DAYS:
            self.add_error(
                "last_day", _("At most %(days)s days can be printed at once.") % {"days": MAX_DAYS}
            )
        else:
            spanned = [first + timedelta(days=step) for step in range((last - first).days + 1)]
            days = [
                day for day in spanned if not self.opening_hours or str(day.weekday()) in self.opening_hours
            ]
            if not days:
                self.add_error("first_day", _("The service is closed on this day, says its page."))
            elif count and len(days) * count > MAX_SHEETS:
                self.add_error(
                    "count",
                    _("That would be %(all)s codes; %(limit)s are possible at once. Choose fewer days.")
                    % {"all": len(days) * count, "limit": MAX_SHEETS},
                )
            cleaned["days"] = days
        return cleaned


class QueueKeyForm(forms.Form):
    """Which machine the key is for."""

    label = forms.CharField(
        label=_("Which queue system?"),
        help_text=_("For example: queue machine in the hall. The name is for you alone."),
        max_length=80,
        error_messages={"required": _("Give the key a name, so that you know later what to revoke.")},
    )


class KioskForm(forms.Form):
    """At which counter the tablet stands."""

    point = forms.ModelChoiceField(
        label=_("Counter"),
        queryset=ServicePoint.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose the counter.")},
    )

    def __init__(self, *args: Any, points: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["point"].queryset = points  # type: ignore[attr-defined]
