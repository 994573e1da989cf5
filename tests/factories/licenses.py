from datetime import date

import factory

from licenses.models import License
from tests.factories.apps import EnvironmentFactory


class LicenseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = License

    number = factory.Sequence(lambda n: 20000 + n)
    environment = factory.SubFactory(EnvironmentFactory)
    application_name = factory.LazyAttribute(lambda o: o.environment.application.name)
    users = 100
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)
