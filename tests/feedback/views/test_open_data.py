"""The page of open data: links that work, every column explained, the licence of the day."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.core import policy
from apps.feedback.selectors.open_data import DATASETS
from tests.feedback.helpers import answers, publish_at_once

pytestmark = pytest.mark.django_db
ADDRESS = "/data-terbuka/"


def test_every_table_can_be_downloaded_and_every_column_is_explained(service):
    publish_at_once()
    answers(service, 30, service.survey_periods.get())
    html = Client().get(ADDRESS).content.decode()
    links = re.findall(r'href="(/api/v1/open-data/[^"]+)"', html)
    assert len(links) == 2 * len(DATASETS)
    for link in links:
        assert Client().get(link).status_code == 200, link
    for dataset in DATASETS:
        for name, _words in dataset.columns:
            assert name in html


def test_the_licence_is_a_policy_value(service):
    words = {"name": "Lisensi Uji", "text": "Kutip kami.", "url": "https://contoh.go.id/lisensi"}
    policy.set_value(
        "feedback.open_data_licence",
        words,
        scope="kendari",
        valid_from=date(2020, 1, 1),
        by=None,
        reason="uji",
    )
    html = Client().get(ADDRESS, {"pemerintah": "kendari"}).content.decode()
    assert all(word in html for word in words.values())


def test_an_unknown_government_and_an_empty_site_have_a_page(world):
    assert Client().get(ADDRESS, {"pemerintah": "tidak-ada"}).status_code == 200
    assert reverse("feedback:open-data") == ADDRESS
