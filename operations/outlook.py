"""What the errands about maintenance would do now, for the page about errands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from operations.models import MaintenanceWindow


def announce_due(at: datetime) -> dict[str, Any]:
    return {"announced": MaintenanceWindow.objects.due_for_announcement(at)}
