"""The world and the story that laws are tried in, made once for each file of tests."""

from collections import defaultdict
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from translating import LANGUAGES

from companies.models import Notice
from outbox import posting
from outbox.models import Message
from outbox.rendering import Reader
from tests.factories.world import make_world
from tests.house.story import play
from tests.letters import untranslated


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


class Abroad:
    """Renders every letter of the story for readers of the other languages as well."""

    def __init__(self, render):
        self.rendering = render
        self.facts = defaultdict(set)
        self.missing = {language: set() for language in LANGUAGES}

    def render(self, template, context, reader):
        self.facts[template] |= set(context)
        for language, missing in self.missing.items():
            there = Reader(name=getattr(reader, "name", ""), language=language)
            with untranslated(language) as heard:
                self.rendering(template, context, there)
            missing |= {(template, words) for words in heard}
        return self.rendering(template, context, reader)


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """The story, every letter and notice it wrote, and what had no translation."""
    cache.clear()  # registering is limited, for longer than one test
    abroad = Abroad(posting.render)
    listening = mock.patch.object(posting, "render", abroad.render)
    with django_db_blocker.unblock(), transaction.atomic():
        with listening:
            story = play()
        yield SimpleNamespace(
            facts=abroad.facts,
            missing=abroad.missing,
            key_text=story.key_text,
            letters=list(Message.objects.order_by("template", "created_at")),
            notices=list(Notice.objects.select_related("person")),
        )
        transaction.set_rollback(True)
