"""The ways out of the house, and how fast they may be used."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class Lane(models.Model):
    """A way out of the house; closed for a while when the mail server is in trouble.

    Trouble with the connection says nothing about the letters, so it closes the lane
    instead of counting against each of them. The first letter through opens it again.
    """

    name = models.CharField(_("name"), primary_key=True, max_length=40)
    troubles = models.PositiveIntegerField(_("troubles in a row"), default=0)
    words = models.TextField(_("what went wrong"), blank=True)
    since = models.DateTimeField(_("in trouble since"), null=True, blank=True)
    closed_until = models.DateTimeField(_("closed until"), null=True, blank=True)

    class Meta:
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")

    def __str__(self) -> str:
        return self.name

    def is_closed(self, at: datetime) -> bool:
        return self.closed_until is not None and self.closed_until > at


class DomainPace(models.Model):
    """How many letters went to one mail domain in the minute it was last looked at.

    Only where `OUTBOX_DOMAIN_PER_MINUTE` bounds them. Whoever claims letters holds the
    row meanwhile, so that several workers together keep to the bound.
    """

    domain = models.CharField(_("mail domain"), primary_key=True, max_length=254)
    minute = models.DateTimeField(_("minute"))
    taken = models.PositiveIntegerField(_("letters taken"), default=0)

    class Meta:
        verbose_name = _("pace of a mail domain")
        verbose_name_plural = _("paces of mail domains")

    def __str__(self) -> str:
        return self.domain
