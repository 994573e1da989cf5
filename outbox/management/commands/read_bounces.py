"""`manage.py read_bounces`: reads the mailbox for returned mail once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from outbox import imap


class Command(BaseCommand):
    help = "Reads the mailbox that BOUNCE_IMAP_URL names once, as the workers do."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            tally = imap.read_mailbox(at=timezone.now())
        except imap.MailboxTroubleError as trouble:
            words = _("The mailbox cannot be read: %(words)s") % {"words": trouble}
            raise CommandError(words) from trouble
        self.stdout.write(
            _("understood %(taken)d, set aside %(aside)d, for later %(waiting)d")
            % {"taken": tally.taken, "aside": tally.aside, "waiting": tally.waiting}
        )
