"""Which reports are ordinary, and the first reason why one is not."""

from decimal import Decimal

import pytest

from apps.supervision.rules.ordinary import (
    Exclusion,
    Figures,
    ReportFacts,
    figures_of,
    too_many_findings,
    why_not,
)
from apps.supervision.rules.review_sample import late_seed

from .conftest import content

ORDINARY = {
    "is_waiting": True,
    "is_late": False,
    "figures": Figures(True, Decimal(90)),
    "has_open_question": False,
    "has_doubted_evidence": False,
    "is_flagged": False,
    "is_supervised": True,
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"figures": Figures(True, None)}, None),
        ({"figures": Figures(True, Decimal(50))}, None),
        ({"is_waiting": False, "is_late": True}, Exclusion.DECIDED),
        ({"is_supervised": False}, Exclusion.MOVED),
        ({"is_late": True, "is_flagged": True}, Exclusion.LATE),
        ({"figures": None}, Exclusion.INCOMPLETE),
        ({"figures": Figures(False, Decimal(10))}, Exclusion.INCOMPLETE),
        ({"figures": Figures(True, Decimal("49.99"))}, Exclusion.LOW),
        ({"has_open_question": True}, Exclusion.QUESTION),
        ({"has_doubted_evidence": True}, Exclusion.DOUBTED),
        ({"is_flagged": True}, Exclusion.FLAGGED),
    ],
)
def test_the_first_reason_is_told(change: dict[str, object], reason: Exclusion | None) -> None:
    facts = ReportFacts(**ORDINARY | change)  # type: ignore[arg-type]
    assert why_not(facts, lowest_percent=Decimal(50)) is reason


@pytest.mark.parametrize(
    ("value", "target", "expected"),
    [
        ("90", "100", Figures(True, Decimal("90.00"))),
        (None, "100", Figures(False, None)),
        (None, None, Figures(True, None)),
        ("3", "0", Figures(True, None)),
    ],
)
def test_figures_of_a_version(value: str | None, target: str | None, expected: Figures) -> None:
    assert figures_of(content(value, target)["results"]) == expected


def test_lower_may_be_better() -> None:
    results = content("30", "100")["results"]
    results[0]["indicators"][0]["direction"] = "lower_is_better"
    assert figures_of(results) == Figures(True, Decimal("170.00"))


@pytest.mark.parametrize(
    ("found", "opened", "too_many"),
    [(0, 0, False), (0, 5, False), (1, 5, False), (2, 5, True), (1, 4, True)],
)
def test_the_acceptance_number(found: int, opened: int, too_many: bool) -> None:
    assert too_many_findings(found, opened, Decimal(20)) is too_many


def test_findings_lie_within_what_was_opened() -> None:
    with pytest.raises(ValueError, match="between 0"):
        too_many_findings(3, 2, Decimal(20))


def test_a_late_seed_depends_on_seed_list_and_chain() -> None:
    base = late_seed("a" * 32, "list", "head")
    others = {
        late_seed("b" * 32, "list", "head"),
        late_seed("a" * 32, "mist", "head"),
        late_seed("a" * 32, "list", "x"),
    }
    assert len({base, *others}) == 4
    # printf 'late:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:list:head' | sha256sum
    assert base == "18dbb18a780b4f9f8c7d9f20e1bb42850bb8387f505f19eda3dd01a9fb835a5c"
    for bad in (("short", "list", "head"), ("a" * 32, "", "head"), ("a" * 32, "list", "")):
        with pytest.raises(ValueError, match="seed"):
            late_seed(*bad)
