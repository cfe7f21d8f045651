"""Recompute a draw from what is stored: the seed against its published hash, the list, the sample, the second reads."""

from dataclasses import dataclass

from apps.core.models import AuditEntry

from ..models import DrawnReport, ListedReport, ReviewDraw, SecondReading
from ..rules import review_sample
from .sampling import effective_seed, strata_of


@dataclass(frozen=True)
class Finding:
    """One thing that was compared: its name, and whether it fits."""

    what: str
    is_right: bool


def commitment_entry(draw: ReviewDraw) -> AuditEntry | None:
    """Return the audit entry that published the hash of the seed."""
    return _entry(draw, "supervision.draw.committed")


def _entry(draw: ReviewDraw, action: str) -> AuditEntry | None:
    return (
        AuditEntry.objects.filter(target_type=draw._meta.label_lower, target_id=str(draw.pk), action=action)
        .order_by("pk")
        .first()
    )


def check_draw(draw: ReviewDraw) -> list[Finding]:
    """Return what fits and what does not; a draw that was not made yet only has its hash."""
    entry, frozen = commitment_entry(draw), _entry(draw, "supervision.draw.frozen")
    findings = [
        Finding("hash in the audit log", entry is not None and entry.data.get("seed_hash") == draw.seed_hash),
        Finding("seed has that hash", review_sample.verify(draw.seed_hash, draw.seed)),
    ]
    if draw.is_committed_late:
        findings.append(Finding("late draw follows its list", draw.frozen_at is None or bool(draw.frame)))
    else:
        in_time = entry is not None and entry.at < draw.period.closes_at
        findings.append(Finding("hash published before the closing", in_time))
    if not draw.is_drawn or draw.rate is None or draw.minimum is None or draw.second_share is None:
        return findings
    strata = strata_of(draw)
    findings += [
        Finding("list has the stored hash", review_sample.frame_of(strata) == draw.frame),
        Finding(
            "hash of the list in the audit log", frozen is not None and frozen.data.get("frame") == draw.frame
        ),
    ]
    if draw.is_committed_late:
        link = AuditEntry.objects.filter(
            scope=draw.period.cycle.government.code, seq=draw.head_seq, hash=draw.head_hash
        )
        findings.append(Finding("late seed is mixed with the chain", link.exists()))
    seed = effective_seed(draw)
    sample = review_sample.draw(seed, strata, draw.rate, draw.minimum)
    drawn = tuple(DrawnReport.objects.filter(draw=draw).order_by("place").values_list("report_id", flat=True))
    listed = dict(ListedReport.objects.filter(draw=draw).values_list("report_id", "version"))
    versions = DrawnReport.objects.filter(draw=draw).values_list("report_id", "version")
    second = review_sample.second_reads(seed, sample, draw.second_share) if draw.second_share else ()
    stored = SecondReading.objects.filter(drawn__draw=draw).values_list("drawn__report_id", flat=True)
    findings += [
        Finding("same reports are drawn", drawn == sample.ids),
        Finding("in the versions of the list", all(listed.get(pk) == version for pk, version in versions)),
        Finding("same reports are read twice", set(stored) == set(second)),
    ]
    return findings


def recipe_of(draw: ReviewDraw) -> dict[str, object]:
    """Return everything somebody needs to recompute a draw without us; no seed before the draw."""
    entry = commitment_entry(draw)
    second = SecondReading.objects.filter(drawn__draw=draw).values_list("drawn__report_id", flat=True)
    drawn = DrawnReport.objects.filter(draw=draw).order_by("place").values_list("report_id", flat=True)
    return {
        "schema": 1,
        "recipe": "docs/how-to/recompute-a-draw.md",
        "draw": draw.pk,
        "period": draw.period_id,
        "closes_at": draw.period.closes_at.isoformat(),
        "seed_hash": draw.seed_hash,
        "committed_at": draw.committed_at.isoformat(),
        "is_committed_late": draw.is_committed_late,
        "commitment": {"seq": entry.seq, "hash": entry.hash} if entry else None,
        "frozen_at": draw.frozen_at.isoformat() if draw.frozen_at else None,
        "frame": draw.frame,
        "strata": strata_of(draw),
        "drawn_at": draw.drawn_at.isoformat() if draw.drawn_at else None,
        "seed": draw.revealed_seed,
        "chain_head": {"seq": draw.head_seq, "hash": draw.head_hash} if draw.head_hash else None,
        "rate": str(draw.rate) if draw.rate is not None else None,
        "minimum": draw.minimum,
        "second_share": str(draw.second_share) if draw.second_share is not None else None,
        "drawn": list(drawn),
        "second": sorted(second),
    }
