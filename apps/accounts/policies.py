"""What an agency may decide about signing in."""

from django.utils.translation import gettext_lazy as _

from apps.core import policy

policy.define(
    "accounts.activation_days",
    "int",
    14,
    label=_("Days for which an activation code can be used"),
    source=_("own choice: long enough for slips handed out by the unit, too short to lie about"),
)
