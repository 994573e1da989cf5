"""What needs one person, from every corner of the house."""

from __future__ import annotations

from datetime import datetime

from companies.models import User
from licenses.models import License
from operations.models import MaintenanceWindow
from portal.attention import licenses, people, platform, reach, tickets
from portal.attention.need import Attention, Need, ordered
from portal.versions import SupportTable

__all__ = ["Attention", "Need", "attention"]


def attention(
    user: User,
    at: datetime,
    *,
    ending: list[License],
    windows: list[MaintenanceWindow],
    versions: SupportTable,
) -> Attention:
    """Everything that needs this person, ordered by when it hurts.

    `ending`, `windows` and `versions` are read once for the whole page. Every source
    is bounded, so the overview costs the same for one application and for thousands.
    """
    sources = [
        (tickets.needs(user, at), tickets.LIMIT),
        (licenses.needs(ending, user, at), licenses.LIMIT),
        (people.orders(user, at), people.LIMIT),
    ]
    if not user.is_staff:
        # Handovers, windows and upgrades are settled by the customers themselves.
        sources += [
            (people.handovers(user, at), people.LIMIT),
            (people.invitations(user, at), people.LIMIT),
            (reach.needs(user, at), reach.LIMIT),
            (platform.maintenance(windows, at), platform.LIMIT),
            (platform.unsupported(user, versions, at), platform.LIMIT),
        ]
    needs = [need for found, _limit in sources for need in found]
    is_capped = any(len(found) >= limit for found, limit in sources)
    return Attention(ordered(needs), at, is_capped)
