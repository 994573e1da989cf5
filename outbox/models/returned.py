"""Mail that came to the address for returned mail."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from outbox.models.message import Message


class Verdict(models.TextChoices):
    """What was made of one incoming mail."""

    BOUNCED = "bounced", _("the letter came back")
    DELAYED = "delayed", _("the letter is held up on the way")
    ARRIVED = "arrived", _("the report says that the letter arrived")
    COMPLAINED = "complained", _("the reader calls the letter unwanted")
    REPEATED = "repeated", _("reported before")
    STALE = "stale", _("the letter is too old for its report to be believed")
    UNKNOWN = "unknown", _("no such letter")
    UNSIGNED = "unsigned", _("not addressed to a letter of ours")
    NO_REPORT = "no_report", _("no delivery report")
    UNREADABLE = "unreadable", _("not a mail")
    TOO_EARLY = (
        "too_early",
        _("the letter is still on its way out; deliver this again later"),
    )


# Said by the mail itself, beyond doubt; everything else is for a person to look at.
UNDERSTOOD = {
    Verdict.BOUNCED,
    Verdict.DELAYED,
    Verdict.ARRIVED,
    Verdict.COMPLAINED,
    Verdict.REPEATED,
    Verdict.STALE,
}


class ReturnedMailQuerySet(models.QuerySet):
    def received_before(self, at: datetime) -> ReturnedMailQuerySet:
        return self.filter(received_at__lt=at)


class ReturnedMail(models.Model):
    """One mail that came in, and what was made of it; its text is not kept here.

    However often and by whichever way the same bytes come, they are taken once.
    """

    fingerprint = models.CharField(_("fingerprint"), primary_key=True, max_length=64)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    message = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="returned",
        verbose_name=_("letter"),
    )
    sender = models.CharField(_("from"), max_length=250, blank=True)
    subject = models.CharField(_("subject"), max_length=250, blank=True)
    received_at = models.DateTimeField(_("received at"))

    objects = ReturnedMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("returned mail")
        verbose_name_plural = _("returned mail")
        ordering = ["-received_at"]
        indexes = [
            # The desk's list, newest first, and the sweep of what is old.
            models.Index(fields=["-received_at"], name="outbox_returned_newest"),
        ]

    def __str__(self) -> str:
        return self.subject or self.fingerprint[:12]

    @property
    def is_understood(self) -> bool:
        return self.verdict in UNDERSTOOD
