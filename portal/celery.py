"""The Celery application; workers and beat start from here."""

import os

from celery import Celery

from portal import heartbeat  # noqa: F401 - its signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("steward")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
