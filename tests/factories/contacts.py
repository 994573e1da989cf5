from datetime import timedelta
from uuid import uuid4

import factory
from django.utils import timezone

from contacts.models import (
    Concern,
    Grant,
    Handover,
    Review,
    Right,
    TechnicalContact,
)
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory


class TechnicalContactFactory(factory.django.DjangoModelFactory):
    """On the team as well: the database refuses a contact who is not."""

    class Meta:
        model = TechnicalContact

    application = factory.SubFactory(ApplicationFactory)
    user = factory.SubFactory(UserFactory)
    hosting = factory.LazyAttribute(lambda o: o.application.hosting)

    @classmethod
    def _create(cls, model_class, *args, **facts):
        MembershipFactory(application=facts["application"], user=facts["user"])
        return super()._create(model_class, *args, **facts)


class GrantFactory(factory.django.DjangoModelFactory):
    """One right of `user`, who is put on the team where they are not yet."""

    class Meta:
        model = Grant
        exclude = ("user",)

    user = factory.SubFactory(UserFactory)
    membership = factory.LazyAttribute(
        lambda o: MembershipFactory(application=o.environment.application, user=o.user)
    )
    right = Right.MONITORING


class HandoverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Handover

    application = factory.SubFactory(ApplicationFactory)
    from_user = factory.SubFactory(UserFactory)
    to_user = factory.SubFactory(UserFactory)
    offered_by = factory.SelfAttribute("from_user")
    offered_at = factory.LazyFunction(timezone.now)
    lapses_at = factory.LazyAttribute(lambda o: o.offered_at + timedelta(days=7))


class ReviewFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Review

    round = factory.LazyFunction(uuid4)
    application = factory.SubFactory(ApplicationFactory)
    user = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(timezone.now)


class ConcernFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Concern

    application = factory.SubFactory(ApplicationFactory)
    user = factory.SubFactory(UserFactory)
    kind = "bounced"
    raised_at = factory.LazyFunction(timezone.now)
