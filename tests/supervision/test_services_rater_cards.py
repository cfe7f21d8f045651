"""Raters are told of their own card once, and the first look counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.core.models import Notification
from apps.supervision.models import RaterCardView
from apps.supervision.services.rater_cards import announce, note_seen

from .rated import RATED_AT, USUAL, rate, session_of

pytestmark = pytest.mark.django_db


def test_raters_of_a_calibrated_unit_are_told_once(world: Any) -> None:
    period = world.make_periods()[1]
    rate(world, period, world.head, USUAL[:2])
    rate(world, period, world.stranger_head, USUAL[:2], unit=world.other_agency)
    assert announce(now=RATED_AT) == 0
    session = session_of(world, period)
    note_seen(period=period, rater=world.head, at=RATED_AT)
    assert [announce(now=RATED_AT), announce(now=RATED_AT)] == [1, 0]
    message = Notification.objects.get(recipient=world.head.user)
    assert message.url == f"/pengawas/kalibrasi/saya/{period.pk}/"
    assert not Notification.objects.filter(recipient=world.stranger_head.user).exists()
    session.status, session.closed_at = "closed", RATED_AT
    session.save()
    rate(world, period, world.colleague, USUAL[:1])
    assert announce(now=RATED_AT) == 0


def test_the_first_look_counts(world: Any) -> None:
    period = world.make_periods()[1]
    note_seen(period=period, rater=world.head, at=RATED_AT)
    view = note_seen(period=period, rater=world.head, at=RATED_AT + timedelta(days=1))
    assert view.seen_at == RATED_AT
    with pytest.raises(IntegrityError, match="rater_card_was_told_or_seen"), transaction.atomic():
        RaterCardView.objects.update(seen_at=None)
