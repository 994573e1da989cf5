"""The activity of an app, as verbs about one of its licenses write it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from apps import records
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
    records.record(
        license.application, verb, thing=license, by=by, at=at, old=old, new=new
    )
