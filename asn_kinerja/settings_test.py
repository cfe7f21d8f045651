"""Settings of pytest: the same file with a fast hasher and a database name of its own."""

import os

os.environ.setdefault("ASN_ENV", "test")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("ALLOWED_HOSTS", "testserver,127.0.0.1,localhost")
os.environ.setdefault("PUBLIC_URL", "http://testserver")

from .settings import *  # noqa: F403
from .settings import CACHES, DATABASES, REDIS_URL

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Several suites may share one server (helpers, two clones): each names its own database.
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("TEST_DATABASE", "test_asn_kinerja")}
CELERY_TASK_ALWAYS_EAGER = False
# Tests empty their cache; the queue and the stamps in the first database stay.
CACHES["default"]["LOCATION"] = REDIS_URL.replace("db=0", "db=7")
AXES_ENABLED = False
