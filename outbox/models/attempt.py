"""The delivery log: everything that happened to a letter, in the server's words."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from outbox.models.message import Message

# Outcomes after which the letter is lost, and those after which it is tried again.
LOST = ["refused", "unsendable", "given_up", "bounced"]
PUT_OFF = ["deferred", "cut_off", "delayed"]


class AttemptQuerySet(models.QuerySet):
    def since(self, at: datetime) -> AttemptQuerySet:
        return self.filter(at__gte=at)

    def accepted(self) -> AttemptQuerySet:
        """A mail server took the letter."""
        return self.filter(outcome=Attempt.Outcome.ACCEPTED)

    def troubled(self) -> AttemptQuerySet:
        """The letter did not get through, for good or for now."""
        return self.filter(outcome__in=LOST + PUT_OFF)


class Attempt(models.Model):
    """One thing that happened to a letter, in the mail server's own words.

    Rows are added when a letter is tried and never changed: the delivery log.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted by the mail server")
        DEFERRED = "deferred", _("To be tried again")
        REFUSED = "refused", _("Refused for good")
        CUT_OFF = "cut_off", _("Connection lost while sending")
        UNSENDABLE = "unsendable", _("Could not be put together")
        GIVEN_UP = "given_up", _("Given up after the last try")
        DELAYED = "delayed", _("Held up on the way")
        BOUNCED = "bounced", _("Came back")
        COMPLAINED = "complained", _("Reported as unwanted by its reader")
        OUTLIVED = "outlived", _("Not sent, it had lost its meaning")
        UNWANTED = "unwanted", _("Not sent, its reader had switched it off")
        FOLDED = "folded", _("Went into the digest")
        REQUEUED = "requeued", _("Put in line again by a person")
        WITHDRAWN = "withdrawn", _("Cancelled by a person")

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="attempts"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    server = models.CharField(_("mail server"), max_length=120, blank=True)
    code = models.PositiveSmallIntegerField(_("SMTP code"), null=True, blank=True)
    words = models.TextField(_("words"), blank=True)
    at = models.DateTimeField(_("at"))
    took = models.DurationField(_("took"), null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery log")
        ordering = ["at", "id"]
        indexes = [
            # How many letters leave the house in a minute.
            models.Index(
                fields=["at"],
                name="outbox_attempt_accepted",
                condition=models.Q(outcome="accepted"),
            ),
            # What did not get through lately.
            models.Index(
                fields=["at"],
                name="outbox_attempt_troubled",
                condition=models.Q(outcome__in=LOST + PUT_OFF),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.words}".strip()
