"""Settings of pytest: the same file with a fast hasher and a database name of its own."""

import os

os.environ.setdefault("ASN_ENV", "test")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("PUBLIC_URL", "http://testserver")

from .settings import *  # noqa: F403
from .settings import CACHES, DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Several suites may share one server (helpers, two clones): each names its own database.
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("TEST_DATABASE", "test_asn_kinerja")}
CELERY_TASK_ALWAYS_EAGER = False
# Tests empty their cache, and each process has its own: what a page asks would depend on who else runs tests now.
CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
# Each test sees what it has just written; keeping has tests of its own.
KEEP_PARTS_SECONDS = 0
AXES_ENABLED = False
