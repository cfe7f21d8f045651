"""The four forms (PLN-5 to PLN-8): what each asks, stores, shows and insists on."""

from typing import Any

import pytest
from django.urls import reverse

from apps.indicators import selectors
from apps.indicators.models import Skp
from apps.indicators.rules.completeness import ProblemCode
from apps.indicators.services import skp as services
from tests.indicators.support import AT, begin, fill, indicator_data

pytestmark = pytest.mark.django_db

FORMS = [(layout, approach) for layout in ("jpt", "ja_jf") for approach in ("kuantitatif", "kualitatif")]


def plan(world: Any, layout: str, approach: str) -> Skp:
    """Return the draft of somebody who uses this form."""
    skp = begin(world.agency_head if layout == "jpt" else world.staff)
    Skp.objects.filter(pk=skp.pk).update(approach=approach)
    skp.refresh_from_db()
    assert skp.layout == layout
    return skp


def problems(skp: Skp) -> set[ProblemCode]:
    return {
        row.code
        for row in selectors.problems_of(selectors.whole(Skp.objects).get(pk=skp.pk))
        if row.is_blocking
    }


def add(world: Any, skp: Skp, **data: str) -> Any:
    url = reverse("indicators:result-add", kwargs={"pk": skp.pk})
    return world.client(skp.employee).post(url, {"text": "Hasil", "kind": "utama"} | data)


@pytest.mark.parametrize(("layout", "approach"), FORMS)
def test_the_forms_ask_what_the_layout_has(world: Any, layout: str, approach: str) -> None:
    skp = plan(world, layout, approach)
    fill(begin(world.head), text="Hasil kepala puskesmas")
    client = world.client(skp.employee)
    form = client.get(reverse("indicators:result-add", kwargs={"pk": skp.pk})).context["form"]
    assert ("perspective" in form.fields) == (layout == "jpt")
    assert ("supports" in form.fields) == (layout == "ja_jf")
    result = services.add_result(skp=skp, text="a", kind="utama", by=skp.employee)
    url = reverse("indicators:indicator-add", kwargs={"pk": skp.pk, "rid": result.pk})
    fields = set(client.get(url).context["form"].fields)
    if approach == "kualitatif":
        assert fields == {"text"}
    else:
        assert {"target", "measure", "direction", "source"} <= fields
        assert ("aspect" in fields) == (layout == "ja_jf")


@pytest.mark.parametrize(("layout", "approach"), FORMS)
def test_a_plan_of_each_form_goes_from_the_pages_to_approval(world: Any, layout: str, approach: str) -> None:
    skp = plan(world, layout, approach)
    client = world.client(skp.employee)
    extra = {"perspective": "proses_bisnis"} if layout == "jpt" else {}
    assert add(world, skp, **extra).status_code == 302
    result = skp.results.get()
    data = {"text": "Paling lambat tanggal 5"} if approach == "kualitatif" else indicator_data()
    if layout == "jpt":
        data.pop("aspect", None)
    url = reverse("indicators:indicator-add", kwargs={"pk": skp.pk, "rid": result.pk})
    assert client.post(url, data).status_code == 302
    assert problems(skp) == set()
    client.post(reverse("indicators:skp-submit", kwargs={"pk": skp.pk}))
    skp.refresh_from_db()
    if layout == "jpt" and skp.appraiser is None:
        assert skp.status == "draft"  # nobody is recorded above the head of the agency in this world
        return
    assert skp.status == "submitted"
    world.make_skp(world.head)
    services.approve_skp(skp_id=skp.pk, by=world.head, at=AT)
    page = client.get(reverse("indicators:skp-detail", kwargs={"pk": skp.pk})).content.decode()
    assert data["text"] in page
    version = skp.versions.get()
    (kept,) = version.content["results"][0]["indicators"]
    assert (kept["target"] == "") == (approach == "kualitatif")


def test_a_jpt_result_has_exactly_one_perspective(world: Any) -> None:
    skp = plan(world, "jpt", "kuantitatif")
    assert add(world, skp).status_code == 422
    assert add(world, skp, perspective="asal").status_code == 422
    assert not skp.results.exists()
    fill(skp)
    skp.results.update(perspective="")
    assert ProblemCode.RESULT_WITHOUT_PERSPEKTIF in problems(skp)


def test_a_ja_jf_result_has_none(world: Any) -> None:
    skp = plan(world, "ja_jf", "kuantitatif")
    assert add(world, skp, perspective="anggaran").status_code == 302
    assert skp.results.get().perspective == ""


def test_ja_jf_measures_need_an_aspect_and_jpt_ones_do_not(world: Any) -> None:
    for layout, wanted in (("ja_jf", True), ("jpt", False)):
        skp = plan(world, layout, "kuantitatif")
        fill(skp).indicators.update(aspect="")
        assert (ProblemCode.INDICATOR_WITHOUT_ASPEK in problems(skp)) == wanted


def test_a_qualitative_measure_needs_no_target_and_a_quantitative_one_does(world: Any) -> None:
    skp = plan(world, "ja_jf", "kuantitatif")
    fill(skp).indicators.update(target=None)
    assert ProblemCode.INDICATOR_WITHOUT_TARGET in problems(skp)
    Skp.objects.filter(pk=skp.pk).update(approach="kualitatif")
    assert problems(skp) == set()


def test_the_page_names_the_supported_result_only_where_the_form_does(world: Any) -> None:
    above = fill(begin(world.head), text="Hasil kepala puskesmas")
    skp = plan(world, "ja_jf", "kuantitatif")
    services.add_result(skp=skp, text="a", kind="utama", by=world.staff, supports=above)
    page = world.client(world.staff).get(reverse("indicators:skp-detail", kwargs={"pk": skp.pk}))
    assert "Hasil kepala puskesmas" in page.content.decode()
    assert selectors.supportable(plan(world, "jpt", "kuantitatif")).results == []
