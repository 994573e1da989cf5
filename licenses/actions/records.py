"""The activity of an app, as verbs about its licenses write it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps.models import Application
from companies import audit
from companies.models import User
from companies.verbs import Verb
from licenses.models import License


def record(
    license: License,
    verb: Verb,
    *,
    by: User | None,
    at: datetime,
    old: Any = "",
    new: Any = "",
) -> None:
    """`by` did this to the license; it stands in the activity of its app."""
    record_of(license.application, verb, thing=license, by=by, at=at, old=old, new=new)


def record_of(
    application: Application,
    verb: Verb,
    *,
    by: User | None,
    at: datetime,
    thing: Any = None,
    old: Any = "",
    new: Any = "",
) -> None:
    """The same of the app itself, or of another thing that belongs to it."""
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
