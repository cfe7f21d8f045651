"""Who gets which answer from the pages of indicators (objects of world.staff and world.unit).

Roles: anonymous, staff (whose plan it is), colleague, appraiser (world.head), stranger, foreigner, personnel_officer,
auditor. ROUTES holds the answers to GET (405 where only POST is allowed), POSTS those to an empty POST.
"""

from decimal import Decimal
from typing import Any

from apps.employees.models import Position
from apps.indicators.models import AnnexItem, Skp, SkpTemplate, SkpVersion, UnitIndicator
from tests.world import NOW

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

OFFICER_ONLY = dict.fromkeys(READS_PLAN, 403) | {"anonymous": 302, "personnel_officer": 200}
OFFICER_FINDS = dict.fromkeys(READS_PLAN, 404) | {"anonymous": 302, "personnel_officer": 200}

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
    # Only an approved plan is changed through a working copy; the page of a draft leads back to it.
    "indicators:revision-begin": OWNER_ACTS | {"appraiser": 302},
    "indicators:revision-withdraw": POST_ONLY,
    "indicators:skp-version": READS_PLAN,
    "indicators:skp-remind": POST_ONLY,
    "indicators:copy-last": OWNS_PLAN,
    "indicators:copy-template": OWNS_PLAN,
    "indicators:spreadsheet": OWNS_PLAN,
    "indicators:spreadsheet-template": OWNS_PLAN,
    "indicators:spreadsheet-export": READS_PLAN,
    # A template is made from an approved plan; the page of a draft leads back to it.
    "indicators:template-make": OWNS_PLAN | {"staff": 403, "personnel_officer": 302},
    "indicators:template-list": OFFICER_ONLY,
    "indicators:template-detail": OFFICER_FINDS,
    "indicators:template-retire": POST_ONLY,
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
    "indicators:revision-withdraw": OWNER_ACTS,
    "indicators:skp-remind": OWNER_ACTS,
    "indicators:template-retire": OFFICER_FINDS | {"personnel_officer": 302},
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
    if short in {"template-list", "template-detail", "template-retire", "copy-template"}:
        template = make_template(world)
        if short == "template-list":
            return {}
        if short != "copy-template":
            return {"tid": template.pk}
        return {"pk": kwargs(world, "indicators:skp-detail")["pk"], "tid": template.pk}
    if short == "copy-last" and not Skp.objects.filter(employee=world.staff, year=world.YEAR - 1).exists():
        Skp.objects.filter(employee=world.staff, year=world.YEAR).update(year=world.YEAR - 1)
        if not Skp.objects.filter(employee=world.staff).exists():
            earlier = world.make_skp(world.staff, status="draft")
            Skp.objects.filter(pk=earlier.pk).update(year=world.YEAR - 1)
    this_year = Skp.objects.filter(employee=world.staff, year=world.YEAR)
    skp = this_year.first() or world.make_skp(world.staff, status="draft")
    result = skp.results.get()
    if short == "skp-version":
        version, _created = SkpVersion.objects.get_or_create(
            skp=skp, version=1, defaults={"content": {}, "approved_at": NOW}
        )
        return {"pk": skp.pk, "version": version.version}
    if short.startswith("annex-item"):
        item, _created = AnnexItem.objects.get_or_create(skp=skp, kind="konsekuensi", text="Teks")
        return {"pk": skp.pk, "aid": item.pk}
    if short in {"indicator-edit", "indicator-remove", "indicator-move"}:
        return {"pk": skp.pk, "rid": result.pk, "iid": result.indicators.all()[0].pk}
    if short in {"indicator-add", "result-edit", "result-remove", "result-move"}:
        return {"pk": skp.pk, "rid": result.pk}
    return {"pk": skp.pk}


def make_template(world: Any) -> SkpTemplate:
    """Return a template for the post of world.staff."""
    position = world.staff.placements.get().position
    Position.objects.filter(pk=position.pk).update(job_family="Perawat")
    template, _created = SkpTemplate.objects.get_or_create(
        government=world.government,
        title="Perawat",
        defaults={
            "job_family": "Perawat",
            "layout": "ja_jf",
            "approach": "kuantitatif",
            "content": {
                "results": [{"key": "1", "kind": "utama", "text": "Hasil", "indicators": []}],
                "behaviors": {},
                "annex": [],
            },
            "made_at": NOW,
        },
    )
    return template
