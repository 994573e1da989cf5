from datetime import timedelta

import factory
from django.utils import timezone

from contacts.models import Handover, TechnicalContact
from tests.factories.apps import ApplicationFactory, MembershipFactory
from tests.factories.companies import UserFactory


class TechnicalContactFactory(factory.django.DjangoModelFactory):
    """On the team as well: the database refuses a contact who is not."""

    class Meta:
        model = TechnicalContact
        skip_postgeneration_save = True

    application = factory.SubFactory(ApplicationFactory)
    user = factory.SubFactory(UserFactory)
    hosting = factory.LazyAttribute(lambda o: o.application.hosting)
    membership = factory.RelatedFactory(
        MembershipFactory,
        application=factory.SelfAttribute("..application"),
        user=factory.SelfAttribute("..user"),
    )


class HandoverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Handover

    application = factory.SubFactory(ApplicationFactory)
    from_user = factory.SubFactory(UserFactory)
    to_user = factory.SubFactory(UserFactory)
    offered_by = factory.SelfAttribute("from_user")
    offered_at = factory.LazyFunction(timezone.now)
    lapses_at = factory.LazyAttribute(lambda o: o.offered_at + timedelta(days=7))
