"""The world that laws about pages are tried in, built once for each file of tests."""

from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import override_settings

from tests.factories.world import make_world


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
