"""Does it work? What came of programmes and of coaching, in words."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core import policy
from apps.core.held_forms import login_required

from .. import permissions
from ..labels import EFFECT_TONES, EffectMeasure, EffectVerdict, effect_sentence
from ..models import TrainingEffect
from ..selectors.effects import effects_for
from .common import area_tabs, government_or_403


@login_required
@require_GET
def effects(request: HttpRequest) -> HttpResponse:
    """What came of every programme and of coaching: groups, never a person."""
    government = government_or_403(request)
    permissions.require(permissions.sees_needs(request.user, government))
    day = permissions.today_of(government)
    subjects: dict[tuple[str, int], dict[str, Any]] = {}
    for row in effects_for(request.user, government):
        subject = subjects.setdefault(
            (row.subject, row.programme_id or 0),
            {"programme": row.programme, "computed_at": row.computed_at, "rows": []},
        )
        subject["rows"].append(effect_row(row))
    context = {
        "subjects": list(subjects.values()),
        "minimum": policy.get("training.effect_minimum", on=day, scope=government.code),
        "days": policy.get("training.effect_days", on=day, scope=government.code),
        "area_tabs": area_tabs(request, government, "effects"),
    }
    return render(request, "training/effects.html", context)


def effect_rows(found: Iterable[TrainingEffect]) -> list[dict[str, Any]]:
    """Return what came of a programme; a single session only where there is something to say."""
    return [effect_row(row) for row in found if row.session_id is None or row.verdict != "too_few"]


def effect_row(row: TrainingEffect) -> dict[str, Any]:
    """Return what one measure says."""
    return {
        "session": row.session_id and row.session,
        "measure": EffectMeasure(row.measure).label,
        "verdict": row.verdict,
        "word": EffectVerdict(row.verdict).label,
        "tone": EFFECT_TONES[row.verdict],
        "sentence": effect_sentence(row),
        "unmatched": row.unmatched,
    }
