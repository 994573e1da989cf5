"""Letters that wait because their readers want it so."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from outbox.models.message import Attachment, Message


class PostponementQuerySet(models.QuerySet):
    def untried(self) -> "PostponementQuerySet":
        """Of letters that nobody has tried to deliver yet."""
        return self.filter(message__state=Message.State.WAITING, message__tries=0)

    def of(self, reader: UUID) -> "PostponementQuerySet":
        return self.filter(reader=reader)

    def after(self, at: datetime) -> "PostponementQuerySet":
        """Their time has not come."""
        return self.filter(until__gt=at)

    def for_digests(self, at: datetime) -> "PostponementQuerySet":
        """What belongs into digests that are due."""
        return self.untried().filter(in_digest=True, digest=None, until__lte=at)

    def of_messages(self, messages: Iterable[UUID]) -> "PostponementQuerySet":
        return self.filter(message__in=list(messages))

    def with_message(self) -> "PostponementQuerySet":
        """With the letter, but without its words, and whether it has files."""
        files = Attachment.objects.filter(message=OuterRef("message"))
        return (
            self.select_related("message")
            .defer("message__text", "message__html")
            .annotate(has_files=Exists(files))
        )

    def locked(self) -> "PostponementQuerySet":
        """Their letters, but for those that somebody else is taking right now."""
        return self.select_for_update(of=("message",), skip_locked=True)

    def oldest_first(self) -> "PostponementQuerySet":
        return self.order_by("message__created_at", "message_id")


class Postponement(models.Model):
    """Until when one letter waits, and whether it then goes into a digest.

    Begins with the letter. One that went into a digest names it; the digest, not the
    letter, was sent. `reader` is the person, whom this package does not know further.
    """

    message = models.OneToOneField(
        Message,
        models.CASCADE,
        primary_key=True,
        related_name="postponement",
        verbose_name=_("message"),
    )
    reader = models.UUIDField(_("reader"))
    until = models.DateTimeField(_("waits until"))
    in_digest = models.BooleanField(_("for the digest"), default=False)
    gist = models.CharField(_("in one line"), max_length=300, blank=True)
    link = models.CharField(_("path"), max_length=300, blank=True)
    digest = models.ForeignKey(
        Message,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="folded",
        verbose_name=_("digest"),
    )

    objects = PostponementQuerySet.as_manager()

    class Meta:
        verbose_name = _("postponement")
        verbose_name_plural = _("postponements")
        indexes = [
            # Digests that are due.
            models.Index(
                fields=["until"],
                name="outbox_postponed_digest",
                condition=Q(in_digest=True, digest__isnull=True),
            ),
            # When somebody chooses anew.
            models.Index(fields=["reader", "until"], name="outbox_postponed_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.until:%Y-%m-%d %H:%M}"
