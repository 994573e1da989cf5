"""What letters have taught us of the addresses they went to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from outbox.models.message import Message

# Mail servers try for up to five days before they return a letter (RFC 5321, 4.5.4.1).
SILENCE = timedelta(days=7)


class AddressStandingQuerySet(models.QuerySet):
    def bounced(self) -> AddressStandingQuerySet:
        """Mail came back for good, and nothing has shown since that it arrives."""
        return self.filter(
            Q(is_reported=True)
            | Q(last_delivered_at__isnull=True)
            | Q(last_delivered_at__lt=F("last_bounced_at")),
            last_bounced_at__isnull=False,
        )

    def outlasted(self, at: datetime) -> AddressStandingQuerySet:
        """Reported ones, to which a letter went since that is long on its way back."""
        stayed = Message.objects.sent().alias(address=Lower("recipient"))
        stayed = stayed.filter(
            address=OuterRef("address"),
            sent_at__gt=OuterRef("last_bounced_at"),
            sent_at__lte=at - SILENCE,
        )
        return self.filter(Exists(stayed.order_by()), is_reported=True)

    def note_delivery(self, address: str, at: datetime) -> None:
        self.note_deliveries([address], at)

    def note_deliveries(self, addresses: Iterable[str], at: datetime) -> None:
        """A server took letters to these; what it had said against them is over."""
        self._note(addresses, last_delivered_at=at)

    def note_bounce(self, address: str, words: str, at: datetime) -> None:
        """A letter to this address was refused for good."""
        self._note([address], last_bounced_at=at, words=words)

    def note_report(self, address: str, words: str, at: datetime) -> None:
        """A letter to this address was taken, and came back for good."""
        self._note([address], last_bounced_at=at, words=words, is_reported=True)

    def note_proof(
        self, address: str, at: datetime, *, since: datetime | None = None
    ) -> None:
        """Somebody read mail there, or it lay there: no mark from before stands.

        `since` is when that mail left, where that is known.
        """
        marked = self.filter(
            address=small_letters(address), last_bounced_at__lte=since or at
        )
        marked.update(is_reported=False, last_delivered_at=at)

    def trust_again(self, at: datetime) -> int:
        """Lets the marks go that were outlasted; returns how many."""
        return self.outlasted(at).update(is_reported=False, last_delivered_at=at)

    def _note(self, addresses: Iterable[str], **facts: object) -> None:
        """In one order for everybody, so that nobody waits for each other."""
        names = sorted({small_letters(address) for address in addresses})
        self.bulk_create(
            [AddressStanding(address=name, **facts) for name in names],
            update_conflicts=True,
            unique_fields=["address"],
            update_fields=list(facts),
        )


def small_letters(address: str) -> str:
    """However somebody wrote it."""
    return address.strip().lower()


class AddressStanding(models.Model):
    """What letters to one address have taught us: whether mail reaches it.

    One row for every address we ever wrote to, in small letters. A mark ends by the
    word of whoever set it. What our mail server refused, it takes back by taking the
    next letter. What a report said later, of a letter that had been taken, no taking
    contradicts: such a mark stays until somebody shows that they read mail there, a
    report says that a letter arrived, or one that left since the last report has not
    come back for longer than mail servers try. Another address is another row.
    """

    address = models.EmailField(_("address"), primary_key=True)
    last_delivered_at = models.DateTimeField(
        _("last delivered at"), null=True, blank=True
    )
    last_bounced_at = models.DateTimeField(
        _("last came back at"), null=True, blank=True
    )
    is_reported = models.BooleanField(
        _("came back later"),
        default=False,
        help_text=_("A mail server had taken the letter before it came back."),
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
        is_overtaken = delivered is not None and delivered >= self.last_bounced_at
        return self.is_reported or not is_overtaken
