"""The address in each letter at which one topic is switched off for one person.

It names both, signed, and is good for as long as letters are kept. Whoever has it can
switch the e-mails of that topic off and on again, and nothing else.
"""

from __future__ import annotations

import uuid
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.urls import reverse

from companies.models import User
from companies.topics import Channel, Topic, lock

SALT = "companies.unsubscribing"


class Subscription(NamedTuple):
    """The e-mails of one topic to one person."""

    person: User
    topic: Topic

    @property
    def why_it_stays(self) -> str:
        """The reason for which it cannot be ended; empty where it can."""
        return str(lock(self.topic, Channel.EMAIL))


def url_of(person: User, topic: Topic) -> str:
    """Empty where the topic cannot be switched off."""
    if lock(topic, Channel.EMAIL):
        return ""
    token = signing.Signer(salt=SALT).sign_object([person.pk.hex, topic.value])
    return settings.PUBLIC_URL + reverse("companies:unsubscribe", args=[token])


def subscription_of(token: str) -> Subscription | None:
    """What an address of ours names; None for any other and any forged one."""
    try:
        person_id, topic = signing.Signer(salt=SALT).unsign_object(token)
        topic = Topic(topic)
    except (signing.BadSignature, ValueError):
        return None
    person = User.objects.filter(pk=uuid.UUID(person_id)).first()
    return Subscription(person, topic) if person else None
