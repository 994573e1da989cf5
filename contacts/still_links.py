"""The link in the letter that asks “are you still the technical contact?”.

It names one round of questions, signed, and opens no other round. Whoever has it can
say that nothing has changed, and nothing else.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from companies.models import User
from contacts.models import Review, ReviewQuerySet

SALT = "contacts.still_links"


def path_of(round_id: uuid.UUID) -> str:
    key = signing.dumps(round_id.hex, salt=SALT)
    return reverse("contacts:still_link", args=[key])


def round_of(key: str) -> tuple[User, ReviewQuerySet] | None:
    """Who was asked in the round that the link names, while active, and about what."""
    lifetime = timedelta(days=2 * settings.STILL_CONTACT_DAYS)
    try:
        round_id = uuid.UUID(signing.loads(key, salt=SALT, max_age=lifetime))
    except (signing.BadSignature, ValueError):
        return None
    reviews = Review.objects.of_round(round_id)
    review = reviews.select_related("user").first()
    return (review.user, reviews) if review and review.user.is_active else None
