"""Policy values of training: what an agency may decide, or what the sheets leave unverified."""

from django.utils.translation import gettext_lazy as _

from apps.core import policy

from .rules.follow_up import DEFAULT_PERIODIC, DEFAULT_YEARLY, IMPROVEMENT_MONTHS
from .rules.needs import DEFAULT_INDICATOR_PERCENT, DEFAULT_PRIORITIES, DEFAULT_UNSUR_FLOOR

policy.define(
    "training.jp_target_pns",
    "int",
    20,
    label=_("Lesson hours (JP) a PNS collects in a year"),
    source="CMP-1: Perlan 10/2018",
)
policy.define(
    "training.jp_target_pppk",
    "int",
    24,
    label=_("Lesson hours (JP) a PPPK collects in a year"),
    source="CMP-2: unverified; one reading of Perlan 15/2020 makes it a maximum",
)
policy.define(
    "training.indicator_percent",
    "decimal",
    str(DEFAULT_INDICATOR_PERCENT),
    label=_("Achievement (%) of an indicator below which learning is proposed"),
    source="CMP-8: signals and thresholds are a design choice",
)
policy.define(
    "training.unsur_floor",
    "decimal",
    str(DEFAULT_UNSUR_FLOOR),
    label=_("Value of the weakest unsur of a unit below which learning is proposed"),
    source="CMP-8: design choice, the lower bound of grade B",
)
policy.define(
    "training.need_priorities",
    "table",
    {reason.value: priority for reason, priority in DEFAULT_PRIORITIES.items()},
    label=_("Priority of a need by its reason, 1 first"),
    source="CMP-8: design choice",
)
policy.define(
    "training.certificate_max_megabytes",
    "int",
    5,
    label=_("Largest size of the file of a certificate, in megabytes"),
    source="CMP-10 asks for the file and names no size; chosen for phones on slow links",
)
policy.define(
    "training.follow_ups_yearly",
    "table",
    {predikat.value: [kind.value for kind in kinds] for predikat, kinds in DEFAULT_YEARLY.items()},
    label=_("Consequences proposed after a yearly result, by predikat"),
    source="FUP-3, FUP-5: from memory, unverified; a person decides each one",
)
policy.define(
    "training.follow_ups_periodic",
    "table",
    {predikat.value: [kind.value for kind in kinds] for predikat, kinds in DEFAULT_PERIODIC.items()},
    label=_("Consequences proposed after a periodic result, by predikat"),
    source="CYC-2: design choice; the consequences of PP 30/2019 follow the yearly result",
)
policy.define(
    "training.improvement_months",
    "int",
    IMPROVEMENT_MONTHS,
    label=_("Months of a period to improve"),
    source="FUP-5: six months, from memory, unverified",
)
