"""What citizens say about the units of a chunk, as the rows that the statement takes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from apps.employees.models import WorkUnit
from apps.feedback.selectors.voice import PublicVoice
from apps.feedback.selectors.voices import voices_of_units

from ...selectors.public_figures import certainty_of, public_figure
from ...selectors.reporting import FETCHED_SOURCES
from .scope import Span

_SOURCES = tuple(sorted(FETCHED_SOURCES))


@dataclass
class Voices:
    """Per span what is stored with every evaluation, and per span and source the figure of an indicator."""

    stored: list[str] = field(default_factory=list)
    spans: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    values: list[Decimal | None] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    answers: list[str | None] = field(default_factory=list)

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of the statement."""
        return {
            "voices": self.stored,
            "public_spans": self.spans,
            "public_sources": self.sources,
            "public_values": self.values,
            "public_missing": self.missing,
            "public_answers": self.answers,
        }


def voices_of(units: dict[int, WorkUnit], spans: Sequence[Span]) -> Voices:
    """Return the figures of the spans, in their order."""
    wanted = [(units[span.unit_id], span.first_day, span.last_day) for span in spans]
    found = Voices()
    for span, voice in zip(spans, voices_of_units(wanted), strict=True):
        found.stored.append(json.dumps({"id": span.unit_id, **voice.as_stored()}))
        _add_sources(found, span.no, voice)
    return found


def _add_sources(found: Voices, number: int, voice: PublicVoice) -> None:
    for source in _SOURCES:
        value, missing = public_figure(source, voice)
        certainty = certainty_of(source, voice)
        found.spans.append(number)
        found.sources.append(source)
        found.values.append(value)
        found.missing.append(missing)
        found.answers.append(json.dumps(certainty) if certainty else None)
