"""What letters have taught us of the addresses they went to."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AddressStandingQuerySet(models.QuerySet):
    def bounced(self) -> "AddressStandingQuerySet":
        """Mail came back for good, and none has been delivered since."""
        return self.filter(
            Q(last_delivered_at__isnull=True)
            | Q(last_delivered_at__lt=F("last_bounced_at")),
            last_bounced_at__isnull=False,
        )

    def note_delivery(self, address: str, at: datetime) -> None:
        self.note_deliveries([address], at)

    def note_deliveries(self, addresses: Iterable[str], at: datetime) -> None:
        """A server took letters to these; whatever was wrong with them is over."""
        self._note(addresses, last_delivered_at=at)

    def note_bounce(self, address: str, words: str, at: datetime) -> None:
        """A letter to this address came back, or was refused, for good."""
        self._note([address], last_bounced_at=at, words=words)

    def _note(self, addresses: Iterable[str], **facts: object) -> None:
        """In one order for everybody, so that nobody waits for each other."""
        names = sorted({address.strip().lower() for address in addresses})
        self.bulk_create(
            [AddressStanding(address=name, **facts) for name in names],
            update_conflicts=True,
            unique_fields=["address"],
            update_fields=list(facts),
        )


class AddressStanding(models.Model):
    """What letters to one address have taught us: whether mail reaches it.

    One row for every address we ever wrote to, in small letters. A delivery after the
    last bounce means that it is well again.
    """

    address = models.EmailField(_("address"), primary_key=True)
    last_delivered_at = models.DateTimeField(
        _("last delivered at"), null=True, blank=True
    )
    last_bounced_at = models.DateTimeField(
        _("last came back at"), null=True, blank=True
    )
    words = models.TextField(_("the mail server's words"), blank=True)

    objects = AddressStandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        indexes = [
            # Those that bounced: few among many.
            models.Index(
                fields=["-last_bounced_at"],
                name="outbox_address_bounced",
                condition=Q(last_bounced_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def has_bounced(self) -> bool:
        """As `bounced()` says of many."""
        if self.last_bounced_at is None:
            return False
        delivered = self.last_delivered_at
        return delivered is None or delivered < self.last_bounced_at
