"""Evaluations at each stage, as in the tests of the evaluating half."""

from ..evaluating.conftest import delivered, period, prepared, rated

__all__ = ["delivered", "period", "prepared", "rated"]
