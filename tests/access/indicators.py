"""Who gets which answer from the pages of indicators (objects of world.staff and world.unit).

Roles: anonymous, staff (whose plan it is), colleague, appraiser (world.head), stranger, foreigner, personnel_officer,
auditor. ROUTES holds the answers to GET (405 where only POST is allowed), POSTS those to an empty POST.
"""

from decimal import Decimal
from typing import Any

from apps.indicators.models import AnnexItem, Skp, UnitIndicator

ANYBODY_EMPLOYED = {
    "anonymous": 302,
    "staff": 200,
    "colleague": 200,
    "appraiser": 200,
    "stranger": 200,
    "foreigner": 200,
    "personnel_officer": 403,
    "auditor": 403,
}
READS_PLAN = {
    "anonymous": 302,
    "staff": 200,
    "colleague": 404,
    "appraiser": 200,
    "stranger": 404,
    "foreigner": 404,
    "personnel_officer": 200,
    "auditor": 200,
}
OWNS_PLAN = READS_PLAN | {"appraiser": 403, "personnel_officer": 403, "auditor": 403}
OWNER_ACTS = OWNS_PLAN | {"staff": 302}
OWNER_ASKED = OWNS_PLAN
DECIDES = READS_PLAN | {"staff": 403, "appraiser": 302, "personnel_officer": 403, "auditor": 403}
READS_UNIT = READS_PLAN | {"colleague": 200}
HEADS_UNIT = READS_UNIT | {"staff": 403, "colleague": 403, "auditor": 403}

POST_ONLY = dict.fromkeys(READS_PLAN, 405) | {"anonymous": 302}

ROUTES: dict[str, dict[str, int]] = {
    "indicators:skp-mine": ANYBODY_EMPLOYED,
    "indicators:skp-create": ANYBODY_EMPLOYED,
    "indicators:skp-approvals": ANYBODY_EMPLOYED | {"personnel_officer": 200, "auditor": 200},
    "indicators:skp-detail": READS_PLAN,
    "indicators:skp-check": OWNS_PLAN,
    "indicators:skp-submit": POST_ONLY,
    "indicators:skp-recall": POST_ONLY,
    # A draft does not wait for a decision, so the page of the note leads back to the plan.
    "indicators:skp-return": DECIDES,
    "indicators:skp-approve": POST_ONLY,
    "indicators:result-add": OWNS_PLAN,
    "indicators:result-edit": OWNS_PLAN,
    "indicators:result-remove": POST_ONLY,
    "indicators:result-move": POST_ONLY,
    "indicators:indicator-add": OWNS_PLAN,
    "indicators:indicator-edit": OWNS_PLAN,
    "indicators:indicator-remove": POST_ONLY,
    "indicators:indicator-move": POST_ONLY,
    "indicators:behavior-edit": OWNS_PLAN | {"appraiser": 200},
    "indicators:annex": OWNS_PLAN,
    "indicators:annex-item-edit": OWNS_PLAN,
    "indicators:annex-item-remove": POST_ONLY,
    "indicators:annex-item-move": POST_ONLY,
    "indicators:unit-indicators": READS_UNIT,
    "indicators:unit-indicator-add": HEADS_UNIT,
    "indicators:unit-indicator-edit": HEADS_UNIT,
    "indicators:unit-indicator-remove": POST_ONLY,
}

# POST that ends in a redirect (done, or refused in words), or asks for confirmation first.
POSTS: dict[str, dict[str, int]] = {
    "indicators:skp-submit": OWNER_ACTS,
    "indicators:skp-recall": OWNER_ACTS,
    "indicators:skp-approve": DECIDES,
    "indicators:result-remove": OWNER_ASKED,
    "indicators:result-move": OWNER_ACTS,
    "indicators:indicator-remove": OWNER_ASKED,
    "indicators:indicator-move": OWNER_ACTS,
    "indicators:annex-item-remove": OWNER_ASKED,
    "indicators:annex-item-move": OWNER_ACTS,
    "indicators:unit-indicator-remove": HEADS_UNIT,
}


def kwargs(world: Any, name: str) -> dict[str, int]:
    """Return the address of the route's object: the draft of world.staff, an indicator of world.unit."""
    short = name.partition(":")[2]
    if short in {"skp-mine", "skp-create", "skp-approvals"}:
        return {}
    if short.startswith("unit-indicator"):
        indicator, _created = UnitIndicator.objects.get_or_create(
            unit=world.unit,
            year=world.YEAR,
            name="Cakupan imunisasi",
            defaults={"goal": "Sasaran", "target": Decimal(95), "measure": "persen"},
        )
        address = {"unit_id": world.unit.pk}
        return (
            address if short in {"unit-indicators", "unit-indicator-add"} else address | {"iid": indicator.pk}
        )
    skp = Skp.objects.filter(employee=world.staff).first() or world.make_skp(world.staff, status="draft")
    result = skp.results.get()
    if short.startswith("annex-item"):
        item, _created = AnnexItem.objects.get_or_create(skp=skp, kind="konsekuensi", text="Teks")
        return {"pk": skp.pk, "aid": item.pk}
    if short in {"indicator-edit", "indicator-remove", "indicator-move"}:
        return {"pk": skp.pk, "rid": result.pk, "iid": result.indicators.all()[0].pk}
    if short in {"indicator-add", "result-edit", "result-remove", "result-move"}:
        return {"pk": skp.pk, "rid": result.pk}
    return {"pk": skp.pk}
