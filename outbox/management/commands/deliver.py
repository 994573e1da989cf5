"""`manage.py deliver`: sends what is due in the outbox once, then ends."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox import delivery, lanes
from outbox.models import Message


class Command(BaseCommand):
    help = "Sends what is due in the outbox once, then ends."

    def handle(self, *args: Any, **options: Any) -> None:
        lanes.try_lane_now()
        report = delivery.deliver(clock=timezone.now)
        waiting = Message.objects.waiting().count()
        self.stdout.write(
            _("sent %(sent)d, failed %(failed)d, waiting %(waiting)d")
            % {"sent": report.sent, "failed": report.failed, "waiting": waiting}
        )
        if report.trouble:
            raise CommandError(
                _("The mail server is in trouble: %(words)s")
                % {"words": report.trouble}
            )
