"""Settings of the processes that are going to be killed: the product's own, quicker, with hooks for the kills.

Nothing in the product knows about faults: `tests.faults.hooks` wraps the database's connection and cursor.
"""

from asn_kinerja.settings import *  # noqa: F403
from asn_kinerja.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.hooks"]
# The load client signs in again and again; how a password is kept is not what is tried here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
