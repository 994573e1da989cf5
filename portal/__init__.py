"""The roof: settings, addresses, the overview and verbs that span the wings."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
