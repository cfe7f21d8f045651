"""The middle of September 2026 in WITA: quarter 3 is open, and the plan of world.staff is approved."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from apps.assessments.services import peer_feedback
from apps.assessments.services.dialogue_notes import TalkText

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)
TODAY = date(2026, 9, 15)
TALK = TalkText(
    talk_on=date(2026, 9, 14),
    topic="progress",
    discussion="Pemeriksaan tertunda karena alat rusak.",
    agreement="Alat dipinjam dari puskesmas lain sampai Oktober.",
    support="Surat pinjam dibuat pimpinan.",
    follow_up_on=date(2026, 10, 1),
)


@pytest.fixture(autouse=True)
def _september() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=True) as clock:
        yield clock


@pytest.fixture
def clock(_september: Any) -> Any:
    """The clock of the test: `clock.move_to(...)`."""
    return _september


@pytest.fixture
def skp(world: Any) -> Any:
    """The approved plan of world.staff."""
    return world.make_skp(world.staff)


@pytest.fixture
def peers(world: Any) -> list[Any]:
    """Three more who are appraised by world.head."""
    return [world.make_employee(f"Rekan {name}", world.unit, appraiser=world.head) for name in "ABC"]


@pytest.fixture
def round_(world: Any, peers: list[Any]) -> Any:
    """An open anonymous round about world.staff, asking three peers."""
    made = peer_feedback.open_round(
        employee=world.staff,
        purpose="Kerja tim vaksinasi",
        closes_on=date(2026, 9, 29),
        by=world.head,
        at=NOW,
    )
    relation = peer_feedback.PeerRelation.PEER
    peer_feedback.invite(round_id=made.pk, givers=[(peer, relation) for peer in peers], by=world.head, at=NOW)
    return made
