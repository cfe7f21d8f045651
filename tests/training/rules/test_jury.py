"""The jury: who may not vote, and what votes come to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.training.rules.jury import (
    Ballot,
    Candidate,
    Cast,
    Conflict,
    JuryRules,
    Nominated,
    Tie,
    Verdict,
    conflicts,
    decide,
)
from apps.training.rules.nomination_lifecycle import (
    NominationAction,
    NominationStatus,
    TransitionNotAllowed,
    allowed_actions,
    next_status,
)

# Nominee 1 of unit 30 (in agency 20, government 10), named by 2; appraised by 3, appraises 4.
DEED = Nominated(1, 30, 2, appraisers=frozenset({3}), appraisees=frozenset({4}))
ELSEWHERE = frozenset({10, 21})


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (Candidate(1, frozenset({10, 20, 30})), (Conflict.NOMINEE, Conflict.SAME_UNIT)),
        (Candidate(2, ELSEWHERE), (Conflict.NOMINATOR,)),
        (Candidate(9, frozenset({10, 20, 30})), (Conflict.SAME_UNIT,)),
        (Candidate(9, frozenset({10, 20, 30, 40})), (Conflict.SAME_UNIT,)),  # below the unit
        (Candidate(3, frozenset({10, 20})), (Conflict.APPRAISER,)),
        (Candidate(4, ELSEWHERE), (Conflict.APPRAISEE,)),
        (Candidate(9, frozenset({10, 20})), ()),  # above the unit
        (Candidate(9, ELSEWHERE), ()),
        (Candidate(9, frozenset()), ()),
    ],
)
def test_who_may_not_vote(candidate: Candidate, why: tuple[Conflict, ...]) -> None:
    assert conflicts(candidate, DEED) == why


def test_a_deed_of_a_unit_has_no_nominee() -> None:
    assert conflicts(Candidate(1, ELSEWHERE), Nominated(None, 30, 2)) == ()


def _votes(text: str, chair: int | None = None) -> list[Cast]:
    kinds = {"y": Ballot.YES, "n": Ballot.NO, "a": Ballot.ABSTAIN}
    return [Cast(kinds[letter], is_chair=place == chair) for place, letter in enumerate(text)]


@pytest.mark.parametrize(
    ("votes", "chair", "tie", "verdict", "missing"),
    [
        ("", None, Tie.DECLINED, Verdict.OPEN, 3),
        ("yy", None, Tie.DECLINED, Verdict.OPEN, 1),
        ("yyaaa", None, Tie.DECLINED, Verdict.OPEN, 1),  # abstentions do not count towards three
        ("yyn", None, Tie.DECLINED, Verdict.AWARDED, 0),
        ("nny", None, Tie.DECLINED, Verdict.DECLINED, 0),
        ("yynn", 0, Tie.DECLINED, Verdict.DECLINED, 0),
        ("yynn", 0, Tie.CHAIR, Verdict.AWARDED, 0),
        ("yynn", 3, Tie.CHAIR, Verdict.DECLINED, 0),
        ("yynna", 4, Tie.CHAIR, Verdict.DECLINED, 0),  # the chair abstained
        ("yynn", None, Tie.CHAIR, Verdict.DECLINED, 0),
    ],
)
def test_what_votes_come_to(votes: str, chair: int | None, tie: Tie, verdict: Verdict, missing: int) -> None:
    found = decide(_votes(votes, chair), JuryRules(tie=tie))
    assert (found.verdict, found.missing) == (verdict, missing)
    assert found.is_tie == (missing == 0 and votes.count("y") == votes.count("n"))


def test_a_jury_is_more_than_one_and_has_one_chair() -> None:
    with pytest.raises(ValueError, match="no jury"):
        decide(_votes("y"), JuryRules(minimum_votes=1))
    with pytest.raises(ValueError, match="one chair"):
        decide([Cast(Ballot.YES, is_chair=True), Cast(Ballot.NO, is_chair=True)], JuryRules())


@settings(max_examples=40)
@given(st.text("yna", max_size=9), st.sampled_from(Tie))
def test_one_more_yes_never_takes_an_award_away(votes: str, tie: Tie) -> None:
    rules = JuryRules(tie=tie)
    if decide(_votes(votes), rules).verdict is Verdict.AWARDED:
        assert decide(_votes(votes + "y"), rules).verdict is Verdict.AWARDED


def test_the_way_of_a_nomination() -> None:
    status = NominationStatus.NOMINATED
    for action in (NominationAction.CHECK, NominationAction.CONVENE, NominationAction.AWARD):
        status = next_status(status, action)
    assert status is NominationStatus.AWARDED
    for end in (NominationStatus.AWARDED, NominationStatus.DECLINED):
        assert allowed_actions(end) == ()
    with pytest.raises(TransitionNotAllowed):
        next_status(NominationStatus.NOMINATED, NominationAction.AWARD)
