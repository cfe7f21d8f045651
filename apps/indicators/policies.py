"""What agencies may decide about plans."""

from django.utils.translation import gettext_lazy as _

from apps.core import policy

# PLN-10: everybody may draft and send at any time; only the approval waits for the superior's own plan. A
# government that does not want even that sets it to no.
policy.define(
    "indicators.approval_needs_superior_plan",
    "bool",
    True,
    label=_("A plan can be approved only after the appraiser's own plan is approved"),
    source="PLN-10",
)
# ACT-2: that somebody acting for a head (Plt, Plh) may decide on plans is from memory, so a government can say no.
policy.define(
    "indicators.acting_may_approve",
    "bool",
    True,
    label=_("Whoever acts in the appraiser's post (Plt, Plh) may approve and return plans"),
    source="ACT-2 (unverified)",
)
policy.define(
    "indicators.approach",
    "choice",
    "kuantitatif",
    label=_("Form of new plans (quantitative or qualitative)"),
    source="PLN-7 (who chooses is unverified)",
    choices=("kuantitatif", "kualitatif"),
)
policy.define(
    "indicators.approach_of_units",
    "table",
    {},
    label=_(
        "Units that use the other form: unit code and kuantitatif or kualitatif, valid for all below as well"
    ),
    source="PLN-7 (override per unit)",
)
policy.define(
    "indicators.unit_target_parts",
    "choice",
    "quarterly",
    label=_("Parts of the year in which units set and report their targets"),
    source="SAK-5 (design choice)",
    choices=("quarterly", "monthly"),
)
