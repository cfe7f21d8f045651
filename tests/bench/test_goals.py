"""Every goal module keeps the contract, and the measured site holds its bare views beside the real pages."""

import re

import pytest
from django.test import Client, override_settings

from bench import goals


def test_every_goal_module_is_named_after_its_number_and_has_goals() -> None:
    for module in goals.modules():
        name = module.__name__.rpartition(".")[2]
        assert re.fullmatch(r"g\d\d_[a-z0-9_]+", name), name
        assert callable(module.goals), name
        assert module.__doc__, name


@pytest.mark.django_db
def test_the_measured_site_greets_without_a_query(django_assert_num_queries: object) -> None:
    with override_settings(ROOT_URLCONF="bench.urls"), django_assert_num_queries(0):  # type: ignore[operator]
        answer = Client().get("/_bench/hello")

    assert answer.content == b"hello"
    assert answer.headers["Content-Security-Policy"]  # the whole middleware stack has seen it


@pytest.mark.django_db
def test_the_bare_views_are_no_part_of_the_real_site() -> None:
    assert Client().get("/_bench/hello").status_code == 404
