"""Settings of pytest: the same file with a fast hasher and a database name of its own."""

import os

os.environ.setdefault("ASN_ENV", "test")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
os.environ.setdefault("PUBLIC_URL", "http://testserver")

from .settings import *  # noqa: F403
from .settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Several suites may share one server (helpers, two clones): each names its own database.
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("TEST_DATABASE", "test_asn_kinerja")}
CELERY_TASK_ALWAYS_EAGER = False
AXES_ENABLED = False
