"""Settings of the processes that are going to be killed: the product's own, quicker, with hooks for the kills.

Nothing in the product knows about faults: `tests.faults.hooks` wraps the database's connection and cursor.
"""

from asn_kinerja.settings import *  # noqa: F403
from asn_kinerja.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.hooks"]
# The load client signs in again and again; how a password is kept is not what is tried here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Some are held in the middle of their work, on a machine that may be loaded; whoever waits for their lock shall not
# give up before they go on.
_options = DATABASES["default"]["OPTIONS"]
_options["options"] += " -c lock_timeout=240000 -c statement_timeout=300000"
