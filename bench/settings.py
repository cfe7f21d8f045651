"""The site's settings with the bench's own addresses added; never used by a real installation.

The bench keeps its cache, stamps and queue in a numbered Redis database of its own, so that a site running on the same
server neither loses nor gains anything.
"""

import os

REDIS_DATABASE = os.environ.get("BENCH_REDIS_DATABASE", "9")
if os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].partition("?")[0] + f"?db={REDIS_DATABASE}"

from asn_kinerja.settings import *  # noqa: E402, F403

ROOT_URLCONF = "bench.urls"
# A measurement asks more often than any person.
AXES_ENABLED = False
REST_FRAMEWORK = {
    **REST_FRAMEWORK,  # noqa: F405
    "DEFAULT_THROTTLE_RATES": {"public-post": "1000000/min", "api": "1000000/min"},
}
