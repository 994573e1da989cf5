from datetime import timedelta

import factory
from django.utils import timezone

from operations.models import MaintenanceWindow


class MaintenanceWindowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MaintenanceWindow

    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"Storage upgrade {n}")
    description = "We move the storage to faster disks."
    starts_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=4))
    announce_at = factory.LazyAttribute(lambda o: o.starts_at - timedelta(days=5))
