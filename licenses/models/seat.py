"""Seats: which servers hold a license, by key from the portal or over the network."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from licenses.models.issued import IssuedFile

LONGEST_SERVER_ID = 4096


def digest_of(server_id: str) -> str:
    """What a server ID, which may be long, is found by."""
    return hashlib.sha256(server_id.encode()).hexdigest()


def ids_in(names: Iterable[str]) -> list[uuid.UUID]:
    """The names that are ids."""
    found = []
    for name in names:
        with suppress(ValueError):
            found.append(uuid.UUID(name))
    return found


class Heartbeat(models.TextChoices):
    """Whether a server is heard of; in the words of the network."""

    NOT_STARTED = "NOT_STARTED", _("no heartbeat yet")
    ALIVE = "ALIVE", _("sends heartbeats")
    DEAD = "DEAD", _("silent")


class SeatQuerySet(TenantQuerySet):
    def live(self) -> SeatQuerySet:
        """Not given back."""
        return self.filter(deactivated_at__isnull=True)

    def ended(self) -> SeatQuerySet:
        """Given back; the latest first."""
        return self.filter(deactivated_at__isnull=False).order_by("-deactivated_at")

    def active(self) -> SeatQuerySet:
        """The app runs on these servers, as far as we are told."""
        return self.live().filter(activated_at__isnull=False)

    def waiting(self) -> SeatQuerySet:
        """A key was made for the server, and nobody has activated it yet."""
        return self.live().filter(activated_at__isnull=True)

    def counted(self, at: datetime) -> SeatQuerySet:
        """Those that fill the license: live, or given back while a file still works.

        A server that is to replace another one waits on that one's seat.
        """
        passed_on = models.Q(replaces__deactivated_at__isnull=True) | models.Q(
            replaces__held_until__gt=at
        )
        succeeds = models.Q(activated_at__isnull=True, replaces__isnull=False)
        return self.filter(
            models.Q(deactivated_at__isnull=True) & ~(succeeds & passed_on)
            | models.Q(held_until__gt=at)
        )

    def in_force(self, at: datetime) -> SeatQuerySet:
        """Live, or given back and still held: whatever a page has to speak of."""
        return self.filter(
            models.Q(deactivated_at__isnull=True) | models.Q(held_until__gt=at)
        )

    def with_last_file(self) -> SeatQuerySet:
        """What its newest file says: `file_ends_on`, and until when: `file_expires_at`.

        NULL where none was ever given out.
        """
        newest = IssuedFile.objects.filter(seat=models.OuterRef("pk")).order_by(
            "-issued_at", "id"
        )
        return self.annotate(
            file_ends_on=models.Subquery(newest.values("ends_on")[:1]),
            file_expires_at=models.Subquery(newest.values("expires_at")[:1]),
        )

    def for_reading(self) -> SeatQuerySet:
        """Those that run first, then those that wait, then those given back."""
        return self.order_by(
            models.F("deactivated_at").asc(nulls_first=True),
            models.F("activated_at").asc(nulls_last=True),
            "made_at",
            "id",
        )

    def on_server(self, server_id: str) -> SeatQuerySet:
        return self.filter(server_digest=digest_of(server_id))

    def named(self, names: Iterable[str]) -> SeatQuerySet:
        """By their ids or by their server IDs, whatever a name is."""
        names = list(names)
        digests = {digest_of(name) for name in names}
        return self.filter(
            models.Q(pk__in=ids_in(names)) | models.Q(server_digest__in=digests)
        )

    def moves_since(self, first: datetime) -> SeatQuerySet:
        """Seats that took over from another server, and were not taken back unused."""
        moved = models.Q(activated_at__isnull=False) | models.Q(
            deactivated_at__isnull=True
        )
        return self.filter(moved, replaces__isnull=False, made_at__gte=first)

    def silent(self, at: datetime, seconds: int) -> SeatQuerySet:
        """Began to send heartbeats, and stopped."""
        return self.active().filter(
            last_heartbeat_at__lt=at - timedelta(seconds=seconds)
        )

    def with_last_file_at(self) -> SeatQuerySet:
        """`last_file_at`: when its newest file was made."""
        newest = IssuedFile.objects.filter(seat=models.OuterRef("pk")).newest()
        return self.annotate(last_file_at=newest)

    def with_people(self) -> SeatQuerySet:
        return self.select_related(
            "made_by", "activated_by", "deactivated_by", "replaces"
        )

    def with_license(self) -> SeatQuerySet:
        return self.with_people().select_related(
            "license__policy", "license__environment__application__company"
        )


class Seat(models.Model):
    """One server's place on a license: counted, and found by the server ID.

    Begins when a key is made for the server in the portal, or when the app activates
    the license there over the network; `activated_at` says that the app runs. Ends by
    `deactivated_at`. Where a file is out there that works without us, the place stays
    taken until `held_until`. `replaces` is the server that this one takes over from; it
    keeps running until this one is activated [E12, E15].
    """

    access = Paths(
        company="license__environment__application__company",
        team="license__environment__application__memberships__user",
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    license = models.ForeignKey(
        "licenses.License", models.PROTECT, related_name="seats"
    )
    server_id = models.TextField(_("server ID"), max_length=LONGEST_SERVER_ID)
    server_digest = models.CharField(max_length=64, editable=False)
    server_name = models.CharField(_("server name"), max_length=80, blank=True)
    hostname = models.CharField(_("host name"), max_length=255, blank=True)
    platform = models.CharField(_("platform"), max_length=255, blank=True)
    ip = models.CharField(_("network address"), max_length=45, blank=True)
    cores = models.PositiveIntegerField(_("processor cores"), null=True, blank=True)
    memory = models.PositiveBigIntegerField(_("memory"), null=True, blank=True)
    disk = models.PositiveBigIntegerField(_("disk"), null=True, blank=True)
    metadata = models.JSONField(_("more facts"), default=dict, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("takes over from"),
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    deactivated_at = models.DateTimeField(_("deactivated"), null=True, blank=True)
    deactivated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("why"), max_length=200, blank=True)
    held_until = models.DateTimeField(_("place taken until"), null=True, blank=True)
    last_heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["license", "-made_at"]
        verbose_name = _("server")
        verbose_name_plural = _("servers")
        constraints = [
            models.UniqueConstraint(
                fields=["license", "server_digest"],
                condition=models.Q(deactivated_at__isnull=True),
                name="seat_once_per_server",
                violation_error_message=_("The license is on this server already."),
            ),
            models.CheckConstraint(
                condition=models.Q(held_until__isnull=True)
                | models.Q(deactivated_at__isnull=False),
                name="seat_held_after_it_ended",
                violation_error_message=_("Only a place given back is held."),
            ),
        ]
        indexes = [
            # Silent servers under a policy that drops them.
            models.Index(
                fields=["last_heartbeat_at"],
                condition=models.Q(
                    deactivated_at__isnull=True, last_heartbeat_at__isnull=False
                ),
                name="seat_by_heartbeat",
            ),
        ]

    def __str__(self) -> str:
        return self.server

    def save(self, **options: object) -> None:
        self.server_digest = digest_of(self.server_id)
        super().save(**options)

    @property
    def server(self) -> str:
        """What people call the server: its name where one was given."""
        return self.server_name or self.server_id

    @property
    def is_live(self) -> bool:
        return self.deactivated_at is None

    @property
    def is_active(self) -> bool:
        return self.is_live and self.activated_at is not None

    @property
    def is_waiting(self) -> bool:
        return self.is_live and self.activated_at is None

    @cached_property
    def last_file_at(self) -> datetime | None:
        """When its newest file was made, as far as files are remembered."""
        return self.files.aggregate(last=models.Max("issued_at"))["last"]

    def heartbeat(self, at: datetime, seconds: int) -> Heartbeat:
        """Alive for so many seconds after each beat."""
        if self.last_heartbeat_at is None:
            return Heartbeat.NOT_STARTED
        until = self.last_heartbeat_at + timedelta(seconds=seconds)
        return Heartbeat.ALIVE if at <= until else Heartbeat.DEAD

    def is_held(self, at: datetime) -> bool:
        """Given back, and still taken: a file is out there that works without us."""
        return self.held_until is not None and self.held_until > at
