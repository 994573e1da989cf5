"""Mail domains that are a company's own."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies import mail_domains
from companies.access import Paths, TenantQuerySet
from companies.models.company import Company


class ClaimedDomainQuerySet(TenantQuerySet):
    def confirmed(self) -> ClaimedDomainQuerySet:
        return self.filter(state=ClaimedDomain.State.CONFIRMED)

    def waiting(self) -> ClaimedDomainQuerySet:
        return self.filter(state=ClaimedDomain.State.WAITING)

    def standing(self) -> ClaimedDomainQuerySet:
        """Those that nobody else can claim: confirmed, or waiting for support."""
        return self.exclude(state=ClaimedDomain.State.REFUSED)

    def of_address(self, address: str) -> ClaimedDomainQuerySet:
        return self.filter(name=mail_domains.domain_of(address))

    def with_company(self) -> ClaimedDomainQuerySet:
        return self.select_related("company", "claimed_by")


class ClaimedDomain(models.Model):
    """A mail domain of which a company says: whoever has an address there is ours.

    Begins as the wish of a company admin. The vendor's support checks and decides;
    confirmed, it is permanent: only support removes it [CO-07].
    """

    access = Paths(company="company")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for support")
        CONFIRMED = "confirmed", _("confirmed")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("mail domain"), max_length=mail_domains.LONGEST)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="domains", verbose_name=_("company")
    )
    reason = models.TextField(_("reason"), blank=True, max_length=500)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    claimed_by = models.ForeignKey(
        "User", models.PROTECT, related_name="+", verbose_name=_("claimed by")
    )
    claimed_at = models.DateTimeField(_("claimed"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ClaimedDomainQuerySet.as_manager()

    class Meta:
        ordering = ["name", "-claimed_at"]
        verbose_name = _("claimed mail domain")
        verbose_name_plural = _("claimed mail domains")
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                condition=~models.Q(state="refused"),
                name="claimed_domain_of_one_company",
                violation_error_message=_("This mail domain is claimed already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state_code(self) -> str:
        return f"domain.{self.state}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def is_standing(self) -> bool:
        return self.state != self.State.REFUSED

    @property
    def is_confirmed(self) -> bool:
        return self.state == self.State.CONFIRMED
