"""What the errands about contacts would do now, for the page about errands."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from companies.models import User
from contacts.models import Handover, Review, TechnicalContact


def lapse_handovers(at: datetime) -> dict[str, Any]:
    return {"lapsed": Handover.objects.lapsed(at)}


def keep_reachable(at: datetime) -> dict[str, Any]:
    """People, not roles: somebody with ten apps gets one letter about all of them."""
    to_be_asked = TechnicalContact.objects.to_be_asked(at)
    long_ago = at - timedelta(days=settings.STILL_CONTACT_REMIND_DAYS)
    waiting = Review.objects.open().not_reminded().asked_before(long_ago)
    return {
        "asked": User.objects.filter(pk__in=to_be_asked.order_by().values("user")),
        "reminded": User.objects.filter(pk__in=waiting.order_by().values("user")),
    }
