import factory
from django.utils import timezone

from apps.models import Application, Environment, Membership
from tests.factories.companies import CompanyFactory, UserFactory


class ApplicationFactory(factory.django.DjangoModelFactory):
    """Delivered and On-Premises unless said otherwise."""

    class Meta:
        model = Application

    company = factory.SubFactory(CompanyFactory)
    name = factory.Sequence(lambda n: f"Application {n}")
    search_text = factory.LazyAttribute(lambda o: o.name.casefold())
    hosting = Application.Hosting.ON_PREMISES
    order_signed_at = factory.LazyFunction(timezone.now)
    delivered_at = factory.LazyFunction(timezone.now)

    class Params:
        cloud = factory.Trait(hosting=Application.Hosting.CLOUD)
        on_premises = factory.Trait(hosting=Application.Hosting.ON_PREMISES)
        ordered = factory.Trait(order_signed_at=None, delivered_at=None)
        signed = factory.Trait(delivered_at=None)
        offboarded = factory.Trait(offboarded_at=factory.LazyFunction(timezone.now))


class EnvironmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Environment

    application = factory.SubFactory(ApplicationFactory)
    name = factory.Sequence(lambda n: f"production-{n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership
        django_get_or_create = ("application", "user")

    application = factory.SubFactory(ApplicationFactory)
    user = factory.SubFactory(UserFactory)
