"""How many random examples a test takes that goes through the database at each step.

Few in `make test`, so that people run it; `EXAMPLES=20 make test k=...` takes twenty times as many.
"""

import os

from hypothesis import HealthCheck, settings

FACTOR = int(os.environ.get("EXAMPLES", "1"))


def through_the_database(examples: int) -> settings:
    """Return the settings for a test whose world is made once and whose examples roll back."""
    return settings(
        max_examples=examples * FACTOR,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
