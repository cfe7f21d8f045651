"""The national questionnaire comes by migration; a transactional test before may have emptied its table."""

from typing import Any

import pytest

from tests.feedback import helpers


@pytest.fixture
def world(world: Any) -> Any:
    """The named people, and the questionnaire. Public figures move at once; see test_services_steps for the
    steps in which they really move.
    """
    helpers.restore_questionnaire()
    helpers.publish_at_once()
    return world


@pytest.fixture
def service(world: Any) -> Any:
    """A service of the health center with a running survey."""
    service = world.make_service(code="poli-umum")
    helpers.open_now(service)
    return service


@pytest.fixture
def officer(world: Any) -> Any:
    """The complaint officer of the whole government."""
    return world.make_role_user("feedback_officer")


@pytest.fixture
def own_cache(settings: Any) -> None:
    """Count in a cache of this process: suites that share a Redis empty it under each other."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
