"""What changed between two sent versions of a report, field by field; texts by words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

SAME: Final = "same"
ADDED: Final = "added"
REMOVED: Final = "removed"
Kind = Literal["same", "added", "removed"]
TEXTS = ("achievements", "obstacles", "support_needed")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that stayed, came or went."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """One of the texts of a report."""

    name: str
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether a word differs."""
        return any(piece.kind != SAME for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One indicator: its figure and its remark before and after."""

    text: str
    measure: str
    before: str | None
    after: str | None
    note: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether the figure or the remark differs."""
        return self.before != self.after or any(piece.kind != SAME for piece in self.note)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that can differ between two versions."""

    figures: tuple[FigureChange, ...]
    texts: tuple[TextChange, ...]
    evidence_added: tuple[Mapping[str, Any], ...]
    evidence_removed: tuple[Mapping[str, Any], ...]
    evidence_kept: int

    @property
    def is_changed(self) -> bool:
        """Whether anything differs at all."""
        return bool(
            self.evidence_added
            or self.evidence_removed
            or any(row.is_changed for row in self.figures)
            or any(row.is_changed for row in self.texts)
        )


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Return what changed from one content of a version (services/reports.py) to another."""
    old, new = _indicators(before), _indicators(after)
    figures = []
    for key in [*old, *(key for key in new if key not in old)]:
        left, right = old.get(key), new.get(key)
        words = right or left or {}
        figures.append(
            FigureChange(
                text=words["text"],
                measure=words["measure"],
                before=left["realization"] if left else None,
                after=right["realization"] if right else None,
                note=word_diff(left["note"] if left else "", right["note"] if right else ""),
            )
        )
    had = {item["id"]: item for item in before["evidence"]}
    has = {item["id"]: item for item in after["evidence"]}
    return Comparison(
        figures=tuple(figures),
        texts=tuple(TextChange(name, word_diff(before[name], after[name])) for name in TEXTS),
        evidence_added=tuple(item for key, item in has.items() if key not in had),
        evidence_removed=tuple(item for key, item in had.items() if key not in has),
        evidence_kept=len(had.keys() & has.keys()),
    )


def _indicators(content: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    return {row["id"]: row for result in content["results"] for row in result["indicators"]}


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Return a text as pieces: joined without the removed ones it is `after`, without the added ones `before`.

    Lines first, words only inside lines that changed: a long text stays quick.
    """
    pieces: list[Piece] = []
    for kind, left, right in _blocks(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if kind == "equal":
            pieces.append(Piece(SAME, "".join(left)))
            continue
        for inner, old, new in _blocks(_words("".join(left)), _words("".join(right))):
            if inner == "equal":
                pieces.append(Piece(SAME, "".join(old)))
            else:
                pieces += [Piece(REMOVED, "".join(old))] if old else []
                pieces += [Piece(ADDED, "".join(new))] if new else []
    return tuple(_merged(pieces))


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)


def _blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        yield kind, left[i1:i2], right[j1:j2]


def _merged(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Join neighbours of one kind, so that a screen reader announces each change once."""
    kept: Piece | None = None
    for piece in pieces:
        if kept is not None and kept.kind == piece.kind:
            kept = Piece(kept.kind, kept.text + piece.text)
        else:
            if kept is not None:
                yield kept
            kept = piece
    if kept is not None:
        yield kept
