"""Single sign-on of a company: through which provider its people come in."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from companies import mail_domains, vault
from companies.access import Paths, TenantQuerySet
from companies.models.company import Company
from companies.models.domain import ClaimedDomain

SECRET = "sign-in client secret"  # noqa: S105 - names the purpose of the key


class SignOnQuerySet(TenantQuerySet):
    def on(self) -> SignOnQuerySet:
        return self.filter(state=SignOn.State.ON)

    def at_rest(self) -> SignOnQuerySet:
        """Those that nobody comes in through yet."""
        return self.exclude(state=SignOn.State.ON)

    def leading(self, address: str) -> SignOnQuerySet:
        """That to which an address leads, whether or not anybody has it [CO-17]."""
        return self.filter(
            state=SignOn.State.ON,
            company__in=ClaimedDomain.objects.confirmed()
            .of_address(address)
            .values("company"),
        ).select_related("company")

    def binding(self, person: Any) -> SignOnQuerySet:
        """That through which this person signs in, and in no other way [CO-17].

        Externals and members with an address elsewhere are bound by none.
        """
        return self.leading(person.email).filter(company=person.company_id)

    def with_company(self) -> SignOnQuerySet:
        return self.select_related("company", "tested_by")


class SignOn(models.Model):
    """The OpenID Connect provider of one company.

    Begins when a company admin enters it, is tested by signing in through it once, and
    only then switched on. Another provider begins anew. [CO-17]
    """

    access = Paths(company="company")
    sealed = {"encrypted_secret": SECRET}

    class State(models.TextChoices):
        CONFIGURED = "configured", _("to be tested")
        TESTED = "tested", _("tested")
        ON = "on", _("on")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.OneToOneField(
        Company, models.PROTECT, related_name="sign_on", verbose_name=_("company")
    )
    issuer = models.CharField(_("issuer"), max_length=300)
    client_id = models.CharField(_("client ID"), max_length=191)
    encrypted_secret = models.BinaryField(editable=False)
    provider_factor = models.BooleanField(
        _("the provider asks for a second factor"), default=False
    )
    trusts_addresses = models.BooleanField(
        _("the provider's addresses count as confirmed"), default=False
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.CONFIGURED
    )
    tested_at = models.DateTimeField(_("tested"), null=True, blank=True)
    tested_by = models.ForeignKey(
        "User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tested by"),
    )
    tested_subject = models.CharField(_("subject seen"), max_length=191, blank=True)
    tested_address = models.EmailField(_("address seen"), blank=True)
    on_at = models.DateTimeField(_("switched on"), null=True, blank=True)

    objects = SignOnQuerySet.as_manager()

    class Meta:
        ordering = ["company"]
        verbose_name = _("single sign-on")
        verbose_name_plural = _("single sign-on")

    def __str__(self) -> str:
        return str(self.company)

    @property
    def state_code(self) -> str:
        return f"sign_on.{self.state}"

    @property
    def is_on(self) -> bool:
        return self.state == self.State.ON

    @property
    def is_tested(self) -> bool:
        return self.state == self.State.TESTED

    @property
    def redirect_address(self) -> str:
        """What is registered at the provider: where it sends people back to."""
        page = reverse("account_sign_on_callback", args=[self.company_id])
        return settings.PUBLIC_URL + page

    @property
    def host(self) -> str:
        """Whose page people see: the provider as one says it."""
        return urlsplit(self.issuer).hostname or self.issuer

    @property
    def secret(self) -> str:
        return vault.unseal(self.encrypted_secret, purpose=SECRET, row=self.pk).decode()

    def keep_secret(self, secret: str) -> None:
        self.encrypted_secret = vault.seal(secret.encode(), purpose=SECRET, row=self.pk)

    def covers(self, address: str) -> bool:
        """Whether an address is at one of the company's confirmed domains."""
        own = self.company.domains.confirmed()
        return own.filter(name=mail_domains.domain_of(address)).exists()
