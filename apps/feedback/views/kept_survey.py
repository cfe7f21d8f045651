"""The questionnaire of a counter as it is kept: one text for everybody, with gaps for what belongs to one visitor.

Nobody's request takes part in making it: it is rendered once for a request that does not exist, with a random mark in
each gap. What fills the gaps (CSRF token, key of the form, time of showing, puzzle, address, the time on paper) is new
for every visitor. It holds until its stamp (services/survey_pages.py) changes, for a minute at most; whether a rating
can be taken is asked of the database when it arrives.
"""

import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.html import escape

from apps.core import idempotency, kept
from apps.core.templatetags.formats import waktu

from ..forms import RatingForm
from ..models import AttackState, SurveyPeriod
from ..services import abuse, arrivals, survey_pages
from .desks import QUARTER_SECONDS, Desk, desk_of, questionnaire_context, read_counter
from .frame import public_page

# What stands in the gaps of the text; nobody can know it, so no name or question contains it.
_CSRF, _SHOWN, _ADDRESS, _HERE, _PUZZLE = (secrets.token_hex(16) for _ in range(5))
_KEY = str(uuid.uuid4())
_PRINTED = datetime(3000 + secrets.randbelow(5000), 5, 17, 3, 21, tzinfo=UTC)


class _Nobody(HttpRequest):
    """The request that a page is made for; its addresses are gaps."""

    method = "GET"

    def get_full_path(self, force_append_slash: bool = False) -> str:
        return _ADDRESS

    def build_absolute_uri(self, location: str | None = None) -> str:
        return _HERE


@dataclass(frozen=True)
class KeptPage:
    """The text in pieces, those with an odd place being gaps; until when it asks browsers for work, and how hard."""

    pieces: tuple[bytes, ...]
    service_pk: int
    zone: str
    printed: str
    attack_until: datetime | None = None
    bits: int = 0

    def filled(self, request: HttpRequest, now: datetime) -> bytes:
        """Return the page for one visitor."""
        gaps = {
            _CSRF: get_token(request),
            _KEY: str(uuid.uuid4()),
            _SHOWN: abuse.shown_token(now),
            _ADDRESS: escape(request.get_full_path()),
            _HERE: escape(request.build_absolute_uri()),
            self.printed: waktu(now, self.zone),
        }
        if self.attack_until is not None:
            gaps[_PUZZLE] = arrivals.puzzle_text(self.service_pk, self.bits, now)
        values = {mark.encode(): value.encode() for mark, value in gaps.items()}
        return b"".join([values[piece] if place % 2 else piece for place, piece in enumerate(self.pieces)])


def answer(request: HttpRequest, code: str) -> HttpResponse | None:
    """Return the page for somebody who only looks; None where it must be made for them.

    That is for whoever sends something, has a session (a name in the frame, a message that waits), or brings a receipt;
    and where there is nothing to answer: an unknown code, a service that is closed or not surveyed now.
    """
    if request.method not in ("GET", "HEAD"):
        return None
    if settings.SESSION_COOKIE_NAME in request.COOKIES or request.GET.get("kode"):
        return None
    now = timezone.now()
    is_assisted = "dibantu" in request.GET
    page = kept.shared(
        "survey",
        key=(code, is_assisted, int(now.timestamp()) // QUARTER_SECONDS),
        stamp_names=(survey_pages.STAMP,),
        make=lambda: _make(code, is_assisted, now),
    )
    if page is None or (page.attack_until is not None and page.attack_until <= now):
        return None
    return HttpResponse(page.filled(request, now), headers={"Vary": "Cookie"})


def _make(code: str, is_assisted: bool, now: datetime) -> KeptPage | None:
    # What is kept for others may be older than the stamp this page is kept under.
    found = read_counter(code, now)
    if found is None or found.period is None:
        return None
    desk, period = desk_of(found.point, is_assisted=is_assisted), found.period
    service = desk.service
    attack = AttackState.objects.filter(service=service, until__gt=now).first()
    bits = arrivals.thresholds_of(service.unit.government, now).puzzle_bits if attack else 0
    zone = service.unit.government.timezone
    printed = waktu(_PRINTED, zone)
    marks = (_CSRF, _KEY, _SHOWN, _ADDRESS, _HERE, _PUZZLE, printed)
    gaps = re.compile(f"({'|'.join(map(re.escape, marks))})")
    return KeptPage(
        pieces=tuple(piece.encode() for piece in gaps.split(_text(desk, period, now, bits))),
        service_pk=service.pk,
        zone=zone,
        printed=printed,
        attack_until=attack.until if attack else None,
        bits=bits,
    )


def _text(desk: Desk, period: SurveyPeriod, now: datetime, bits: int) -> str:
    nobody = _Nobody()
    # The guard of the form takes its key from here, as it does from a form that was held over a sign-in.
    nobody.held_form = {idempotency.FIELD: _KEY}  # type: ignore[attr-defined]
    form = RatingForm(now=now, unsur=period.questionnaire.unsur.all(), required_answers=0)
    form.initial["tampil"] = _SHOWN
    puzzle = {"text": _PUZZLE, "bits": bits} if bits else None
    context = questionnaire_context(desk, form, period, puzzle)
    context |= {"csrf_token": _CSRF, "printed_at": _PRINTED}
    government = desk.service.unit.government
    return public_page(nobody, "feedback/rate.html", context, government=government).content.decode()
