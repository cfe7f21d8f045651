"""The Celery application. Work is started only through `apps.core.jobs.enqueue`; Redis is the doorbell."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "asn_kinerja.settings")

app = Celery("asn_kinerja")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Celery would open a connection to the database for every task. apps.core.tasks looks at the kept one before each.
app.conf["CELERY_DB_REUSE_MAX"] = 1000
app.autodiscover_tasks()
