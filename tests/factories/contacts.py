from datetime import timedelta

import factory
from django.utils import timezone

from contacts.models import Handover, TechnicalContact
from tests.factories.apps import ApplicationFactory
from tests.factories.companies import UserFactory


class TechnicalContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TechnicalContact

    application = factory.SubFactory(ApplicationFactory)
    user = factory.SubFactory(UserFactory)
    hosting = factory.LazyAttribute(lambda o: o.application.hosting)


class HandoverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Handover

    application = factory.SubFactory(ApplicationFactory)
    from_user = factory.SubFactory(UserFactory)
    to_user = factory.SubFactory(UserFactory)
    offered_by = factory.SelfAttribute("from_user")
    offered_at = factory.LazyFunction(timezone.now)
    lapses_at = factory.LazyAttribute(lambda o: o.offered_at + timedelta(days=7))
