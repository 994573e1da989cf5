"""What the errands about tickets would do now, for the page about errands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tickets.actions import endings
from tickets.models import Ticket


def rewind_clocks(at: datetime) -> dict[str, Any]:
    """Which clocks are wrong is only known by winding every one of them."""
    return {"tickets": Ticket.objects.open()}


def end_silent_tickets(at: datetime) -> dict[str, Any]:
    return {
        "reminded": endings.to_be_reminded(at),
        "closed": endings.unanswered(at) | endings.long_solved(at),
    }
