"""The world and the story that laws are tried in, made once for each file of tests."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from companies.models import Notice
from outbox.models import Message
from tests.factories.world import make_world
from tests.house.story import play


@pytest.fixture(scope="module")
def world_of(django_db_setup, django_db_blocker, tmp_path_factory):
    """Opens a world with so many rows; on leaving, it has never been."""

    @contextmanager
    def opened(rows):
        uploads = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("uploads"))
        with uploads, django_db_blocker.unblock(), transaction.atomic():
            yield make_world(rows)
            transaction.set_rollback(True)

    return opened


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The story, and every letter and notice it wrote."""
    cache.clear()  # registering is limited, for longer than one test
    with django_db_blocker.unblock(), transaction.atomic():
        story = play()
        yield SimpleNamespace(
            key_text=story.key_text,
            letters=list(Message.objects.order_by("template", "created_at")),
            notices=list(Notice.objects.select_related("person")),
        )
        transaction.set_rollback(True)
