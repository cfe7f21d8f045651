"""Lesson hours (JP) of what was learned, beside the yearly target and the mix 10 : 20 : 70 (CMP-1 to CMP-7).

Only the 20 JP of a PNS are confirmed (CMP-1). The JP per form of learning stand in an annex nobody could read (CMP-7),
so the table is an argument without a default; 45 minutes for one JP and the forms below are from memory, unverified.
For PPPK 24 JP may be a target or a ceiling (CMP-2): a target has room for both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.core.rules.rounding import half_up

MINUTES_PER_JP = 45  # CMP-7, unverified: the default of a policy value
DEFAULT_TARGET = Decimal(20)  # CMP-1
JP_PLACES = 1


class Unit(StrEnum):
    """What an amount of learning is counted in."""

    MINUTES = "minutes"
    DAYS = "days"
    EVENTS = "events"


class Way(StrEnum):
    """The three parts of the mix: training, learning from others, learning at work."""

    TRAINING = "training"
    SOCIAL = "social"
    ON_THE_JOB = "on_the_job"


class Pace(StrEnum):
    """How a person stands on a day: there already, as far as the year, behind it, or the year ended short."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    MISSED = "missed"
    NO_TARGET = "no_target"


class MixVerdict(StrEnum):
    """A part of the mix beside the guide; unknown if nothing was learned yet."""

    ABOVE = "above"
    AROUND = "around"
    BELOW = "below"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of learning: classical or not (CMP-5, CMP-6), and its part of the mix (design choice)."""

    classical: bool
    way: Way


@dataclass(frozen=True, slots=True)
class Rate:
    """What one form is worth: JP per day or per event; minutes need no rate. `most` caps a single record."""

    unit: Unit
    jp: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """At least `jp` in the year; of more than `most` JP nothing counts, if there is such a ceiling."""

    jp: Decimal = DEFAULT_TARGET
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """`counted` JP of the target; `expected` is the share of the target that matches the share of the year."""

    counted: Decimal
    over: Decimal
    missing: Decimal
    expected: Decimal
    pace: Pace


@dataclass(frozen=True, slots=True)
class MixPart:
    """JP of one way, its share in percent, and the guide's; the share is None while there are no hours."""

    way: Way
    jp: Decimal
    share: Decimal | None
    guide: Decimal
    verdict: MixVerdict


DEFAULT_MIX: Mapping[Way, Decimal] = {
    Way.TRAINING: Decimal(10),
    Way.SOCIAL: Decimal(20),
    Way.ON_THE_JOB: Decimal(70),
}

# CMP-5, CMP-6, from memory, unverified: the default of an editable table.
DEFAULT_FORMS: Mapping[str, Form] = {
    **dict.fromkeys(
        (
            "pelatihan_kepemimpinan",
            "pelatihan_manajerial",
            "pelatihan_teknis",
            "pelatihan_fungsional",
            "pelatihan_sosial_kultural",
            "seminar",
            "lokakarya",
            "kursus",
            "penataran",
            "bimbingan_teknis",
            "sosialisasi",
            "pendidikan_formal",
        ),
        Form(classical=True, way=Way.TRAINING),
    ),
    **dict.fromkeys(("e_learning", "pelatihan_jarak_jauh"), Form(classical=False, way=Way.TRAINING)),
    **dict.fromkeys(
        ("coaching", "mentoring", "komunitas_belajar", "benchmarking", "outbound"),
        Form(classical=False, way=Way.SOCIAL),
    ),
    **dict.fromkeys(
        ("detasering", "pertukaran", "belajar_mandiri", "bimbingan_di_tempat_kerja", "magang"),
        Form(classical=False, way=Way.ON_THE_JOB),
    ),
}


def jp_of(
    form: str, amount: Decimal, rates: Mapping[str, Rate], minutes_per_jp: int = MINUTES_PER_JP
) -> Decimal:
    """Return the JP of one record of learning, with one decimal as certificates have it.

    :raises LookupError: if the table has no rate for the form; nothing is guessed.
    :raises ValueError: if the amount is not positive, or the table's row makes no sense.
    """
    rate = rates.get(form)
    if rate is None:
        raise LookupError(f"no rate is known for {form}")
    if amount <= 0 or minutes_per_jp < 1:
        raise ValueError("an amount is positive, and so are the minutes of a JP")
    if rate.unit is Unit.MINUTES:
        hours = Fraction(amount) / minutes_per_jp
    elif rate.jp is None or rate.jp <= 0:
        raise ValueError(f"the rate of {form} needs its JP")
    else:
        hours = Fraction(amount) * Fraction(rate.jp)
    if rate.most is not None:
        hours = min(hours, Fraction(rate.most))
    return half_up(hours, JP_PLACES)


def share_elapsed(first_day: date, last_day: date, on: date) -> Fraction:
    """Return which share of a span is over at the end of a day: 0 before it, 1 from its last day on.

    For somebody who came in July the span begins in July.

    :raises ValueError: if the span ends before it begins.
    """
    if last_day < first_day:
        raise ValueError("a span does not end before it begins")
    days = (last_day - first_day).days + 1
    return Fraction(min(max((on - first_day).days + 1, 0), days), days)


def standing(
    total: Decimal, elapsed: Fraction, target: Target | None = None, slack: Decimal = Decimal("0.25")
) -> Standing:
    """Return how a person stands with `total` verified JP when `elapsed` of the year is over.

    Trainings do not come evenly: behind means more than `slack` of a year behind (design choice, a policy value).

    :raises ValueError: if hours, target or slack are negative, the share is not 0 to 1, or the ceiling is under the
        target.
    """
    aim = target or Target()
    _check(total, elapsed, aim, slack)
    counted = total if aim.most is None else min(total, aim.most)
    return Standing(
        counted=half_up(counted, JP_PLACES),
        over=half_up(total - counted, JP_PLACES),
        missing=half_up(max(aim.jp - counted, Decimal(0)), JP_PLACES),
        expected=half_up(Fraction(aim.jp) * elapsed, JP_PLACES),
        pace=_pace(counted, elapsed, aim.jp, slack),
    )


def mix_of(
    learned: Iterable[tuple[Way, Decimal]],
    guide: Mapping[Way, Decimal] = DEFAULT_MIX,
    tolerance: Decimal = Decimal(10),
) -> tuple[MixPart, ...]:
    """Return the three parts of what was learned beside the guide, in its order, shares in percent with one decimal.

    Around means within `tolerance` points of the guide. A guide, not a duty: nothing follows from a part that is below.

    :raises ValueError: if hours or tolerance are negative, or the guide does not give all three ways 100 together.
    """
    if set(guide) != set(Way) or sum(guide.values()) != 100 or min(guide.values()) < 0:
        raise ValueError("the guide divides 100 among the three ways")
    if tolerance < 0:
        raise ValueError("a tolerance is not negative")
    hours = dict.fromkeys(Way, Fraction(0))
    for way, jp in learned:
        if jp < 0:
            raise ValueError("hours are not negative")
        hours[way] += Fraction(jp)
    total = sum(hours.values(), Fraction(0))
    return tuple(_part(way, hours[way], total, guide[way], tolerance) for way in Way)


def _part(way: Way, jp: Fraction, total: Fraction, guide: Decimal, tolerance: Decimal) -> MixPart:
    if not total:
        return MixPart(way, half_up(jp, JP_PLACES), None, guide, MixVerdict.UNKNOWN)
    # The word follows from the share as it is shown.
    share = half_up(100 * jp / total, 1)
    verdict = MixVerdict.AROUND
    if share > guide + tolerance:
        verdict = MixVerdict.ABOVE
    elif share < guide - tolerance:
        verdict = MixVerdict.BELOW
    return MixPart(way, half_up(jp, JP_PLACES), share, guide, verdict)


def _pace(counted: Decimal, elapsed: Fraction, target: Decimal, slack: Decimal) -> Pace:
    if target == 0:
        return Pace.NO_TARGET
    if counted >= target:
        return Pace.REACHED
    if elapsed == 1:
        return Pace.MISSED
    due = Fraction(target) * (elapsed - Fraction(slack))
    return Pace.ON_TRACK if Fraction(counted) >= due else Pace.BEHIND


def _check(total: Decimal, elapsed: Fraction, target: Target, slack: Decimal) -> None:
    if total < 0 or target.jp < 0 or slack < 0:
        raise ValueError("hours, target and slack are not negative")
    if not 0 <= elapsed <= 1:
        raise ValueError("the share of a year is 0 to 1")
    if target.most is not None and target.most < target.jp:
        raise ValueError("a ceiling under the target could never be reached")
