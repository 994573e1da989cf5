"""Invitations: who was asked by whom to become one of a company, and the answer."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from companies.models.company import Company

PAUSE = timedelta(hours=1)


def new_token() -> str:
    """The secret of one letter: 256 bits, known to whoever reads that letter."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of a token; nobody gets from here back to the link."""
    return sha256(token.encode()).hexdigest()


class InvitationQuerySet(TenantQuerySet):
    def open(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn nor lapsed; one may be past its time."""
        return self.filter(state=Invitation.State.OPEN)

    def pending(self, at: datetime) -> InvitationQuerySet:
        """Can still be accepted."""
        return self.open().filter(lapses_at__gt=at)

    def overdue(self, at: datetime) -> InvitationQuerySet:
        """Nobody accepted in time; to be closed."""
        return self.open().filter(lapses_at__lte=at)

    def of(self, company: Company) -> InvitationQuerySet:
        return self.filter(company=company)

    def sent_by(self, person: Any) -> InvitationQuerySet:
        return self.filter(invited_by=person)

    def to_address(self, email: str) -> InvitationQuerySet:
        return self.filter(email=email.strip().lower())

    def to_members(self) -> InvitationQuerySet:
        return self.filter(role=Invitation.Role.MEMBER)

    def by_token(self, token: str) -> InvitationQuerySet:
        """The letter's own link, or that of its reminder."""
        digest = digest_of(token)
        return self.filter(
            models.Q(token_digest=digest) | models.Q(reminder_digest=digest)
        )

    def begun_since(self, at: datetime) -> InvitationQuerySet:
        return self.filter(invited_at__gt=at)

    def due_for_reminder(self, at: datetime) -> InvitationQuerySet:
        """Soon over and not reminded of yet; never on the day of the letter itself."""
        soon = at + timedelta(days=settings.INVITATION_REMINDER_DAYS)
        return self.pending(at).filter(
            lapses_at__lte=soon,
            reminded_at__isnull=True,
            sent_at__lte=at - timedelta(days=1),
        )

    def with_people(self) -> InvitationQuerySet:
        return self.select_related("company", "invited_by")


class Invitation(models.Model):
    """Somebody is asked, at one e-mail address, to become one of a company [TC-05].

    Begins when an admin of the company or vendor staff invites. Ends when whoever owns
    the address accepts, when it is withdrawn, or when its time is over. The link in
    the letter is the only copy of its token: here lies a digest.
    """

    access = Paths(company="company")

    class Role(models.TextChoices):
        MEMBER = "member", _("Member")
        ADMIN = "admin", _("Company admin")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LAPSED = "lapsed", _("Lapsed")

    MOVES = {State.OPEN: {State.ACCEPTED, State.WITHDRAWN, State.LAPSED}}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("company"),
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(
        _("role"), max_length=6, choices=Role.choices, default=Role.MEMBER
    )
    message = models.TextField(_("message"), blank=True, max_length=1000)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("invited by"),
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    token_digest = models.CharField(max_length=64, editable=False)
    reminder_digest = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.OPEN
    )
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    sent_at = models.DateTimeField(_("last letter"), default=timezone.now)
    lapses_at = models.DateTimeField(_("lapses"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "email"],
                condition=models.Q(state="open"),
                name="invitation_one_open_per_address",
                violation_error_message=_("This address is invited already."),
            ),
            models.UniqueConstraint(
                fields=["token_digest"], name="invitation_token_unique"
            ),
            models.UniqueConstraint(
                fields=["reminder_digest"],
                condition=~models.Q(reminder_digest=""),
                name="invitation_reminder_token_unique",
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="invitation_address_in_small_letters",
                violation_error_message=_("Addresses are kept in small letters."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["member", "admin"]),
                name="invitation_to_a_known_role",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at__isnull=True)
                | models.Q(
                    state__in=["accepted", "withdrawn", "lapsed"],
                    closed_at__isnull=False,
                ),
                name="invitation_closed_once_it_is_over",
                violation_error_message=_(
                    "An open invitation has no end yet, every other one has."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(state="accepted", accepted_by__isnull=False)
                | (~models.Q(state="accepted") & models.Q(accepted_by__isnull=True)),
                name="invitation_accepted_by_somebody",
                violation_error_message=_("Somebody accepts, or nobody did."),
            ),
            models.CheckConstraint(
                condition=models.Q(sent_at__gte=models.F("invited_at"))
                & models.Q(lapses_at__gt=models.F("sent_at")),
                name="invitation_sent_before_it_lapses",
                violation_error_message=_("An invitation lapses after its letter."),
            ),
            models.CheckConstraint(
                condition=models.Q(reminder_digest="", reminded_at__isnull=True)
                | models.Q(
                    ~models.Q(reminder_digest=""),
                    reminded_at__isnull=False,
                    reminded_at__gte=models.F("sent_at"),
                ),
                name="invitation_reminded_with_a_link",
                violation_error_message=_("A reminder carries a link of its own."),
            ),
        ]
        indexes = [
            # What waits for somebody who has just registered.
            models.Index(
                fields=["email"],
                name="invitation_open_address",
                condition=models.Q(state="open"),
            ),
            # The hourly sweeps: reminders and ends.
            models.Index(
                fields=["lapses_at"],
                name="invitation_open_until",
                condition=models.Q(state="open"),
            ),
            # How many a company has sent of late.
            models.Index(fields=["company", "invited_at"], name="invitation_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.company}"

    @property
    def state_code(self) -> str:
        return f"invitation.{self.state}"

    @property
    def whom(self) -> str:
        """The person by name where we know it."""
        return self.name or self.email

    @property
    def own_url(self) -> str:
        """Where the invited person accepts without the letter, signed in."""
        return reverse("companies:own_invitation", args=[self.pk])

    def is_pending(self, at: datetime) -> bool:
        return self.state == self.State.OPEN and at < self.lapses_at

    def may_be_sent_again(self, at: datetime) -> bool:
        """Once an hour helps whoever lost a letter, more often is a nuisance."""
        return self.state == self.State.OPEN and at - self.sent_at >= PAUSE

    def can_move_to(self, state: str) -> bool:
        return state in self.MOVES.get(self.state, set())

    def is_for(self, person: Any) -> bool:
        """An invitation goes to an address; a forwarded letter invites nobody."""
        return self.email == person.email.lower()
