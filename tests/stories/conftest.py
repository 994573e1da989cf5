"""What the stories share: somebody signed in, and the letters somebody got."""

import pytest
from django.test import Client

from outbox.models import Message


@pytest.fixture
def sign_in():
    """A browser of one's own for each person of the story."""

    def as_person(person):
        client = Client()
        client.force_login(person)
        return client

    return as_person


@pytest.fixture
def subjects_to():
    """The subjects of the letters to somebody, oldest first."""

    def of(person):
        rows = Message.objects.filter(recipient=person.email).order_by("created_at")
        return list(rows.values_list("subject", flat=True))

    return of


@pytest.fixture
def last_letter_to():
    def of(person):
        rows = Message.objects.filter(recipient=person.email)
        return rows.order_by("-created_at").first()

    return of
