"""What happens when staff plan, move, announce or cancel maintenance."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.models import Environment
from apps.records import record
from companies.models import User
from companies.verbs import Verb
from operations import emails, windows
from operations.models import (
    MaintenanceWindow,
    WindowEvent,
    WindowReading,
)

logger = logging.getLogger(__name__)

MOVED_FIELDS = ["starts_at", "ends_at", "outage_starts_at", "outage_minutes"] + [
    "revision",
    "announce_at",
]
LONGEST_WINDOW = timedelta(days=14)


@transaction.atomic
def plan_window(
    *, environments: Iterable[Environment], by: User, at: datetime, **facts: Any
) -> MaintenanceWindow:
    """Plan work on Cloud environments and set the time its contacts are told.

    `facts` are the window's own fields: title, description, starts_at, ends_at, and
    kind, impact and outage where known. The contacts are told some working days ahead,
    the longest lead of the service levels it touches; at once when that moment has
    passed, and for an emergency [MA-17, MA-18]. Refused for On-Premises or off-boarded
    environments, for a window in the past, and for one that ends before it starts.
    """
    environments = list(environments)
    window = MaintenanceWindow(**facts, planned_by=by, created_at=at)
    check_span(window.starts_at, window.ends_at, at)
    check_outage(
        window.outage_starts_at,
        window.outage_minutes,
        window.starts_at,
        window.ends_at,
    )
    check_environments(environments)
    window.announce_at = _announce_at(window.kind, window.starts_at, environments, at)
    window.save(force_insert=True)
    window.environments.set(environments)
    window.events.create(kind=WindowEvent.Kind.PLANNED, at=at)
    moment = _moment(window.starts_at)
    _record(window, Verb.MAINTENANCE_PLANNED, by=by, new=moment, at=at)
    if window.announce_at <= at:
        announce_window(window, at=at)
    return window


@transaction.atomic
def announce_window(window: MaintenanceWindow, *, at: datetime) -> bool:
    """Mail the window to its contacts as they are now; False if it was done before."""
    window = MaintenanceWindow.objects.select_for_update().get(pk=window.pk)
    if window.announced_at or window.cancelled_at:
        return False
    window.announced_at = at
    window.save(update_fields=["announced_at"])
    window.events.create(kind=WindowEvent.Kind.ANNOUNCED, at=at)
    told = emails.window_changed(window, what="announced", at=at)
    _record(window, Verb.MAINTENANCE_ANNOUNCED, by=None, told=told, at=at)
    return True


def announce_due(*, at: datetime) -> int:
    """Announce every window whose time to be announced has come; says how many.

    Each in a transaction of its own: one that fails is logged, stays due, and does
    not hold back the others.
    """
    announced = 0
    for window in MaintenanceWindow.objects.due_for_announcement(at):
        try:
            announced += announce_window(window, at=at)
        except Exception:
            logger.exception("%s could not be announced", window.code)
    return announced


@transaction.atomic
def move_window(
    window: MaintenanceWindow,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    at: datetime,
) -> MaintenanceWindow:
    """Give the work another time; whoever was told is told again [E18].

    Refused once it has begun, is over or cancelled.
    """
    window = _changeable(window, at)
    check_span(starts_at, ends_at, at)
    if (window.starts_at, window.ends_at) == (starts_at, ends_at):
        return window
    old = window.starts_at
    window.starts_at, window.ends_at = starts_at, ends_at
    window.revision += 1
    _shift_outage(window, by=starts_at - old)
    environments = emails.touched_environments(window)
    window.announce_at = _announce_at(window.kind, starts_at, environments, at)
    window.save(update_fields=MOVED_FIELDS)
    window.events.create(kind=WindowEvent.Kind.MOVED, old_starts_at=old, at=at)
    _record(
        window,
        Verb.MAINTENANCE_MOVED,
        by=by,
        old=_moment(old),
        new=_moment(starts_at),
        at=at,
    )
    if window.announced_at:
        emails.window_changed(window, what="moved", old_starts_at=old, at=at)
    elif window.announce_at <= at:
        announce_window(window, at=at)
    return window


@transaction.atomic
def cancel_window(
    window: MaintenanceWindow, *, by: User, at: datetime
) -> MaintenanceWindow:
    """Call the work off; whoever was told is told. Refused once it has begun."""
    window = _changeable(window, at)
    window.cancelled_at = at
    window.revision += 1
    window.save(update_fields=["cancelled_at", "revision"])
    window.events.create(kind=WindowEvent.Kind.CANCELLED, at=at)
    _record(window, Verb.MAINTENANCE_CANCELLED, by=by, at=at)
    if window.announced_at:
        emails.window_changed(window, what="cancelled", at=at)
    return window


def acknowledge_window(window: MaintenanceWindow, *, by: User, at: datetime) -> None:
    """Note that somebody has read this revision; saying it twice changes nothing."""
    WindowReading.objects.get_or_create(
        window=window, user=by, revision=window.revision, defaults={"at": at}
    )


def _changeable(window: MaintenanceWindow, at: datetime) -> MaintenanceWindow:
    window = MaintenanceWindow.objects.select_for_update().get(pk=window.pk)
    check_changeable(window, at)
    return window


def check_changeable(window: MaintenanceWindow, at: datetime) -> None:
    """Refuse what has begun, is over or was cancelled."""
    if not window.can_change(at):
        raise ValidationError(
            _("%(code)s can no longer change: it has begun, is over or was cancelled."),
            params={"code": window.code},
        )


def check_span(starts_at: datetime, ends_at: datetime, at: datetime) -> None:
    """Refuse a span that has begun, ends before it starts, or lasts too long [E17]."""
    if starts_at <= at:
        raise ValidationError({"starts_at": _("Choose a start that is still ahead.")})
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("Choose an end after the start.")})
    if ends_at - starts_at > LONGEST_WINDOW:
        raise ValidationError(
            {"ends_at": _("A window lasts 14 days at most. Plan several windows.")}
        )


def check_outage(
    outage_starts_at: datetime | None,
    outage_minutes: int | None,
    starts_at: datetime,
    ends_at: datetime,
) -> None:
    """Refuse an outage half said, or one that is not inside the window."""
    if outage_starts_at is None and outage_minutes is None:
        return
    if not outage_starts_at or not outage_minutes:
        raise ValidationError(
            {"outage_minutes": _("Say both from when and for how many minutes.")}
        )
    ends = outage_starts_at + timedelta(minutes=outage_minutes)
    if outage_starts_at < starts_at or ends > ends_at:
        raise ValidationError(
            {"outage_starts_at": _("Choose a time that lies inside the window.")}
        )


def check_environments(environments: list[Environment]) -> None:
    """Refuse none at all, On-Premises ones and those that are off-boarded."""
    if not environments:
        raise ValidationError(
            {"environments": _("Choose at least one environment that is touched.")}
        )
    for environment in environments:
        application = environment.application
        if not application.is_cloud:
            raise ValidationError(
                {
                    "environments": _(
                        "%(environment)s runs On-Premises: its owner works there."
                    )
                    % {"environment": environment}
                }
            )
        if environment.offboarded_at or application.offboarded_at:
            raise ValidationError(
                {
                    "environments": _("%(environment)s is off-boarded. Take it out.")
                    % {"environment": environment}
                }
            )


def _shift_outage(window: MaintenanceWindow, *, by: timedelta) -> None:
    """The outage moves with the window; one that no longer fits is left unsaid."""
    if window.outage is None:
        return
    window.outage_starts_at += by
    if window.outage[1] > window.ends_at:
        window.outage_starts_at = window.outage_minutes = None


def _announce_at(
    kind: str, starts_at: datetime, environments: list[Environment], at: datetime
) -> datetime:
    if kind == MaintenanceWindow.Kind.EMERGENCY:
        return at
    leads = [settings.MAINTENANCE_NOTICE_DAYS] + [
        environment.application.company.service_level.maintenance_notice_days
        for environment in environments
        if environment.application.company.service_level
    ]
    return windows.announcement(starts_at, max(leads), ZoneInfo(settings.TIME_ZONE))


def _record(
    window: MaintenanceWindow,
    verb: Verb,
    *,
    by: User | None,
    told: Mapping[uuid.UUID, list[str]] | None = None,
    **values: Any,
) -> None:
    """One entry for each application, with its own people only."""
    applications = {
        environment.application for environment in emails.touched_environments(window)
    }
    for application in applications:
        if told is not None:
            values["new"] = ", ".join(told.get(application.pk, ()))
        record(
            application,
            verb,
            by=by,
            thing=window,
            **values,
        )


def _moment(at: datetime) -> str:
    """For the log: one zone for everybody, the day as each reader's language has it."""
    local = at.astimezone(ZoneInfo(settings.TIME_ZONE))
    return f"{local:%Y-%m-%d, %H:%M} {local.tzname()}"
