"""The demo portfolio: two companies with a past, made by the verbs of the packages.

Every moment is counted from now, so the demo never ages. Nothing here is needed to
run the portal.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from companies.models import User
from outbox import posting
from portal.demo import cast, portfolio, present, reach, tickets
from portal.demo.moments import Moments

__all__ = ["is_loaded", "load"]


def is_loaded() -> bool:
    """Whether the demo's first person is there; all of it came in one transaction."""
    return User.objects.filter(email=cast.STELLA.email).exists()


@transaction.atomic
def load(at: datetime) -> dict[str, int]:
    """Make the whole demo, or nothing of it, and say how much of what there is.

    The past is played without letters, since nobody waits for last year's mail; what
    happens today is mailed, so that a newcomer finds a couple of dozen letters.
    """
    moments = Moments(at)
    with posting.kept_back():
        people = cast.load(moments)
        places = portfolio.load(people, moments)
        tickets.load(people, places, moments)
        reach.load(people, moments)
    present.load(people, places, moments)
    return {"companies": len(cast.COMPANIES), "people": len(people)}
