"""Figures that citizens give a unit, as the realization of an indicator: value, why none, and how sure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.core.templatetags.formats import number
from apps.feedback.selectors.voice import PublicVoice

UNSUR_PREFIX = "unsur_"


def public_figure(source: str, voice: PublicVoice) -> tuple[Decimal | None, str]:
    """Return the figure of a source that the system fetches, or a code for why there is nothing.

    :raises ValueError: for a source that is not fetched.
    """
    if source == "service_count":
        return _or(None if voice.services is None else Decimal(voice.services), "no_service_count")
    if source == "complaint_clock":
        return _or(voice.on_time_percent, "no_complaints")
    if source == "complaint_solved":
        return _or(voice.outcomes.confirmed_percent, "no_finished_complaints")
    if source != "ikm" and not source.startswith(UNSUR_PREFIX):
        raise ValueError(f"{source} is not fetched")
    if voice.ikm is None:
        return None, "no_ikm"
    if source == "ikm":
        return _or(voice.ikm.value if voice.is_shown else None, "few_answers")
    rating = voice.unsur_rating(source.removeprefix(UNSUR_PREFIX))
    return _or(rating.value if rating else None, "few_answers")


def certainty_of(source: str, voice: PublicVoice) -> dict[str, Any]:
    """Return number and range of the answers behind a rating by citizens; nothing for other figures."""
    if source == "ikm" and voice.ikm is not None and voice.is_shown:
        n, low, high = voice.ikm.n, voice.ikm.low, voice.ikm.high
    elif (
        source.startswith(UNSUR_PREFIX)
        and (rating := voice.unsur_rating(source.removeprefix(UNSUR_PREFIX))) is not None
    ):
        n = rating.n
        low, high = (rating.interval.low, rating.interval.high) if rating.interval else (None, None)
    else:
        return {}
    return {"answers": {"n": n, "low": low and str(low), "high": high and str(high)}}


def _or(value: Decimal | None, missing: str) -> tuple[Decimal | None, str]:
    return (None, missing) if value is None else (value, "")


def how_sure(answers: Mapping[str, Any] | None) -> str:
    """How many people a rating comes from, and between what the true value can lie; empty if nothing is known."""
    if not answers:
        return ""
    n = number(answers["n"])
    if not answers["low"] or not answers["high"] or answers["low"] == answers["high"]:
        return _("From %(n)s answers.") % {"n": n}
    return _("From %(n)s answers; the true value can lie between %(low)s and %(high)s.") % {
        "n": n,
        "low": number(Decimal(answers["low"]), 0),
        "high": number(Decimal(answers["high"]), 0),
    }
