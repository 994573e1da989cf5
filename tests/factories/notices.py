from datetime import UTC, datetime

import factory

from companies.models import Notice, NoticeChoice
from companies.topics import Channel, Topic
from tests.factories.companies import UserFactory


class NoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notice

    class Params:
        read = factory.Trait(read_at=factory.SelfAttribute("created_at"))

    person = factory.SubFactory(UserFactory)
    key = factory.Sequence(lambda n: f"notice:{n}")
    topic = Topic.LICENSE
    title = "Two licenses end in 15 days"
    text = "The renewal is signed. Generate two keys."
    link = "/licenses/"
    created_at = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class NoticeChoiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NoticeChoice

    person = factory.SubFactory(UserFactory)
    topic = Topic.TICKET
    channel = Channel.EMAIL
    is_on = False
