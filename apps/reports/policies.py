"""Settings of reports."""

from django.utils.translation import gettext_lazy as _

from apps.core import policy

policy.define(
    "reports.pack_after_days",
    "int",
    30,
    label=_("Days after a period closed until its report pack is made even if evaluations are missing"),
    source="no sheet names a day: a design choice, so that one late appraiser does not hold up a whole government",
)
