"""The activity of an application, as every package above writes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.models import Application
from companies import audit
from companies.models import User
from companies.verbs import Verb


def record(
    application: Application,
    verb: Verb,
    *,
    by: User | None,
    at: datetime,
    thing: Any = None,
    old: Any = "",
    new: Any = "",
) -> None:
    """`by` did this to the application, or to a `thing` that belongs to it."""
    audit.record(
        company=application.company,
        by=by,
        verb=verb,
        thing=thing or application,
        old=old,
        new=new,
        about=application.pk,
        at=at,
    )
