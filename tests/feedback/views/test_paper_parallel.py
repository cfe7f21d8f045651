"""Impatient hands: the same form sent several times at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.urls import reverse

from apps.feedback.models import PaperBatch, Response
from tests.feedback.helpers import open_now, restore_questionnaire, today_of
from tests.feedback.paper_helpers import read_again, typed
from tests.world import World

TIMES = 6


def at_once(send):
    """Send a form several times in parallel; return the statuses."""

    def one(_number):
        try:
            return send().status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(one, range(TIMES)))


@pytest.mark.django_db(transaction=True)
def test_one_batch_and_one_count_however_often_it_is_sent():
    restore_questionnaire()
    world = World()
    service = world.make_service()
    period = open_now(service)
    data = {
        "_key": str(uuid.uuid4()),
        "sheet_count": "2",
        "collected_on": today_of(service).isoformat(),
        "place": "Ruang tunggu",
        "collected_by": "Tim survei",
    }
    address = reverse("feedback:paper-open", args=[period.pk])
    assert set(at_once(lambda: world.client(world.head).post(address, data))) == {302}
    assert PaperBatch.objects.count() == 1

    batch = typed(world, service, 3)
    read_again(batch, world.agency_head.user)
    address = reverse("feedback:paper-close", args=[batch.pk])
    assert set(at_once(lambda: world.client(world.agency_head).post(address))) == {302}
    assert Response.objects.filter(batch=batch).count() == 3
