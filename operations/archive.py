"""What the archive of a company's data holds of this floor: maintenance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from companies.models import Company
from companies.tables import Table, rows_of
from operations.models import WindowEnvironment, WindowEvent, WindowReading

MAINTENANCE = {
    "number": "window__number",
    "application": "environment__application__name",
    "environment": "environment__name",
    "title": "window__title",
    "description": "window__description",
    "effect": "window__impact",
    "kind": "window__kind",
    "starts_at": "window__starts_at",
    "ends_at": "window__ends_at",
    "not_reachable_from": "window__outage_starts_at",
    "not_reachable_minutes": "window__outage_minutes",
    "announced_at": "window__announced_at",
    "cancelled_at": "window__cancelled_at",
}
MAINTENANCE_EVENTS = {
    "number": "window__number",
    "at": "at",
    "what": "kind",
    "started_before_at": "old_starts_at",
}
MAINTENANCE_READINGS = {
    "number": "window__number",
    "person": "user__name",
    "at": "at",
}


def tables(company: Company) -> list[Table]:
    """Of work that touches several customers, only the part about this one."""
    touched = rows_of(WindowEnvironment, company)
    windows = touched.order_by().values("window")
    return [
        Table(
            "maintenance",
            _("Work on your Cloud apps: one line for each environment it touches"),
            touched,
            MAINTENANCE,
        ),
        Table(
            "maintenance_events",
            _("When it was planned, announced, moved and cancelled"),
            WindowEvent.objects.filter(window__in=windows),
            MAINTENANCE_EVENTS,
        ),
        Table(
            "maintenance_readings",
            _("Who of your company has read about it"),
            rows_of(WindowReading, company),
            MAINTENANCE_READINGS,
        ),
    ]
