"""Angka kredit: conversions made of final evaluations, what officers enter, and the PAK (CRD-1 to CRD-11).

Which months count: rules/credit_months.py. What they give: rules/credit.py. What it is enough for:
rules/credit_accumulation.py. Every function that writes for a person first takes that person's row, so that
two jobs never count the same month; the database refuses it as well.
"""

from .conversions import convert_evaluation, final_evaluations_without_credit, promise_conversion
from .entries import (
    AlreadyEntered,
    Balance,
    DiplomaNotHigher,
    Integration,
    MonthsAlreadyConverted,
    Move,
    NoRankStep,
    NotEnoughCredit,
    ReasonMissing,
    TooEarly,
    record_diploma,
    record_opening,
    record_rank_step,
    withdraw_entry,
)
from .pak import issue_pak
from .people import NotFunctional

__all__ = [
    "AlreadyEntered",
    "Balance",
    "DiplomaNotHigher",
    "Integration",
    "MonthsAlreadyConverted",
    "Move",
    "NoRankStep",
    "NotEnoughCredit",
    "NotFunctional",
    "ReasonMissing",
    "TooEarly",
    "convert_evaluation",
    "final_evaluations_without_credit",
    "issue_pak",
    "promise_conversion",
    "record_diploma",
    "record_opening",
    "record_rank_step",
    "withdraw_entry",
]
