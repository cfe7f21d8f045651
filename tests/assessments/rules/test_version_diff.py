"""Differences: nothing invented, nothing lost."""

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.assessments.rules.version_diff import ADDED, REMOVED, SAME, Piece, compare, word_diff


def content(**more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "results": [
            {
                "indicators": [
                    {"id": 1, "text": "Jumlah", "measure": "orang", "realization": "80", "note": ""},
                ]
            }
        ],
        "achievements": "Posyandu berjalan.",
        "obstacles": "",
        "support_needed": "",
        "evidence": [{"id": 7, "name": "a.jpg"}],
    }
    return base | more


def test_words_that_came_and_went() -> None:
    assert word_diff("Posyandu berjalan tiga kali.\nSelesai.", "Posyandu berjalan empat kali.\nSelesai.") == (
        Piece(SAME, "Posyandu berjalan"),
        Piece(REMOVED, " tiga"),
        Piece(ADDED, " empat"),
        Piece(SAME, " kali.\nSelesai."),
    )


texts = st.lists(st.sampled_from(["satu", "dua", "tiga", " ", "\n", ", "]), max_size=30).map("".join)


@settings(max_examples=150)
@given(texts, texts)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == after
    assert all(left.kind != right.kind for left, right in itertools.pairwise(pieces))


def test_a_long_text_is_compared_quickly() -> None:
    before = " ".join(f"kata{number % 400}" for number in range(1600))
    assert len(word_diff(before, before.replace("kata7 ", "lain "))) > 3


def test_figures_and_files() -> None:
    changed = content(
        results=[
            {
                "indicators": [
                    {
                        "id": 1,
                        "text": "Jumlah",
                        "measure": "orang",
                        "realization": "82.5",
                        "note": "dihitung ulang",
                    },
                    {"id": 2, "text": "Baru", "measure": "", "realization": None, "note": ""},
                ]
            }
        ],
        evidence=[{"id": 8, "name": "b.jpg"}],
    )
    found = compare(content(), changed)
    assert [(row.text, row.before, row.after, row.is_changed) for row in found.figures] == [
        ("Jumlah", "80", "82.5", True),
        ("Baru", None, None, False),
    ]
    assert [item["name"] for item in found.evidence_added] == ["b.jpg"]
    assert [item["name"] for item in found.evidence_removed] == ["a.jpg"]
    assert (found.evidence_kept, found.is_changed) == (0, True)
    assert compare(content(), content()).is_changed is False
