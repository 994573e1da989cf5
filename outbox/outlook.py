"""What the sweep of the outbox would do now, for the page about errands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from outbox.models import Message


def deliver_due(at: datetime) -> dict[str, Any]:
    return {"due": Message.objects.due(at)}
