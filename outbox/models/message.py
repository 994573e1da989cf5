"""Letters and what became of them: the row is the final text and the evidence.

This file knows envelopes only (an address, two bodies, tries and times). It must
never learn what a license or a ticket is; what a letter is about is kept as text.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Lower, StrIndex, Substr
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _


class MessageQuerySet(models.QuerySet):
    def to_address(self, address: str) -> "MessageQuerySet":
        """To exactly this address, however it was written."""
        return self.alias(address=Lower("recipient")).filter(address=address.lower())

    def waiting(self) -> "MessageQuerySet":
        """Still to be delivered, also those a worker holds at the moment."""
        return self.filter(due_at__isnull=False)

    def due(self, at: datetime) -> "MessageQuerySet":
        """To be tried now, or held by a worker that let its lease run out."""
        return self.filter(due_at__lte=at)

    def outlived(self, at: datetime) -> "MessageQuerySet":
        """Waiting letters that lost their meaning; no expiry means never.

        Those in a worker's hand are left to it.
        """
        return self.filter(state=Message.State.WAITING, expires_at__lte=at)

    def settled(self) -> "MessageQuerySet":
        """Nobody looks at them again, unless a person puts one in line."""
        return self.filter(due_at__isnull=True)

    def with_words(self) -> "MessageQuerySet":
        """Those whose text is still there."""
        return self.filter(blanked_at__isnull=True)

    def with_secret(self) -> "MessageQuerySet":
        return self.filter(holds_secret=True)

    def written_before(self, at: datetime) -> "MessageQuerySet":
        return self.filter(created_at__lt=at)

    def spent(self, at: datetime, days: int) -> "MessageQuerySet":
        """Older than that, or past the moment at which they lost their meaning."""
        written = Q(created_at__lte=at - timedelta(days=days))
        return self.filter(written | Q(expires_at__lte=at))

    def that_can_be_stopped(
        self, recipient: str, topics: Iterable[str]
    ) -> "MessageQuerySet":
        """Waiting letters on lists that their reader may leave."""
        waiting = self.filter(state=Message.State.WAITING, recipient=recipient)
        return waiting.filter(topic__in=list(topics)).exclude(unsubscribe_url="")

    def sent(self) -> "MessageQuerySet":
        return self.filter(state=Message.State.SENT)

    def failed(self) -> "MessageQuerySet":
        return self.filter(state=Message.State.FAILED)

    def lost(self) -> "MessageQuerySet":
        """Not delivered: refused for good, given up, or come back."""
        return self.filter(state__in=["failed", "bounced"])

    def folded(self) -> "MessageQuerySet":
        """Their reader gets one letter a day, which says what they say."""
        return self.filter(state=Message.State.FOLDED)

    def cancelled(self) -> "MessageQuerySet":
        return self.filter(state=Message.State.CANCELLED)

    def held_by(self, lease: UUID) -> "MessageQuerySet":
        """What one worker claimed and has not settled yet."""
        return self.filter(lease=lease, state=Message.State.SENDING)

    def for_key(self, key: str) -> "MessageQuerySet":
        return self.filter(key=key)

    def in_thread(self, thread: str) -> "MessageQuerySet":
        return self.filter(thread=thread)

    def about(self, about_id: UUID) -> "MessageQuerySet":
        """Who was told what: every letter filed under one application."""
        return self.filter(about_id=about_id)

    def concerning(self, thing: models.Model) -> "MessageQuerySet":
        """Every letter about one thing, for instance one maintenance window."""
        return self.filter(thing_kind=thing._meta.model_name, thing_id=thing.pk)

    def most_urgent_first(self) -> "MessageQuerySet":
        return self.order_by("priority", "due_at")

    def longest_due_first(self) -> "MessageQuerySet":
        return self.order_by("due_at")

    def knowing_of_files(self) -> "MessageQuerySet":
        """With `has_files`, since few letters have any."""
        files = Attachment.objects.filter(message=OuterRef("pk"))
        return self.annotate(has_files=Exists(files.order_by()))


class Message(models.Model):
    """One letter to one person.

    It begins waiting, inside the transaction of the event it tells of, and ends sent,
    failed or cancelled; one that was sent may come back. Text, recipient and Message-ID
    are fixed at the start: a second copy after a crash is the same letter again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        BOUNCED = "bounced", _("Came back")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")
        FOLDED = "folded", _("In a digest")

    class Kind(models.TextChoices):
        """How the letter came to be, which decides the headers of RFC 3834."""

        NOTICE = "notice", _("Notice")
        RECEIPT = "receipt", _("Acknowledgement")
        ANSWER = "answer", _("Answer by a person")

    class Priority(models.IntegerChoices):
        URGENT = 10, _("Urgent")
        NORMAL = 50, _("Normal")
        BULK = 90, _("Bulk")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.CharField(_("key"), max_length=200)
    recipient = models.EmailField(_("recipient"))
    domain = models.GeneratedField(
        verbose_name=_("mail domain"),
        expression=Lower(Substr("recipient", StrIndex("recipient", Value("@")) + 1)),
        output_field=models.CharField(max_length=254),
        db_persist=True,
    )
    recipient_name = models.CharField(_("name"), max_length=200, blank=True)
    template = models.CharField(_("template"), max_length=120)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.NOTICE
    )
    audience = models.CharField(_("why this person"), max_length=250, blank=True)
    topic = models.CharField(_("topic"), max_length=20, blank=True)
    unsubscribe_url = models.CharField(
        _("where it is switched off"), max_length=300, blank=True
    )
    about_id = models.UUIDField(_("application"), null=True, blank=True)
    thing_kind = models.CharField(_("about"), max_length=40, blank=True)
    thing_id = models.UUIDField(null=True, blank=True)

    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    holds_secret = models.BooleanField(
        _("lets its reader in"),
        default=False,
        help_text=_("Has a link or a code that opens something without a password."),
    )
    blanked_at = models.DateTimeField(_("words removed at"), null=True, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=250, unique=True)
    thread = models.CharField(_("thread"), max_length=100, blank=True)
    references = models.TextField(_("references"), blank=True)
    reply_to = models.EmailField(_("reply to"), blank=True)

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.NORMAL
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease = models.UUIDField(_("lease"), null=True, blank=True, editable=False)
    crashes = models.PositiveSmallIntegerField(
        _("workers lost"),
        default=0,
        editable=False,
        help_text=_("How many workers ended while they held it."),
    )
    last_words = models.TextField(_("the mail server's last words"), blank=True)

    created_at = models.DateTimeField(_("written at"))
    due_at = models.DateTimeField(
        _("next try"),
        null=True,
        blank=True,
        help_text=_(
            "When somebody has to look at it again: the next try, or the end of the "
            "lease while it is being sent. Empty once nothing is left to do."
        ),
    )
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    expires_at = models.DateTimeField(_("loses its meaning at"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "recipient"],
                name="outbox_message_once_per_key_and_recipient",
                violation_error_message=_("This letter has been written already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], due_at__isnull=False)
                | Q(
                    state__in=["sent", "bounced", "failed", "cancelled", "folded"],
                    due_at__isnull=True,
                ),
                name="outbox_message_due_while_undelivered",
                violation_error_message=_(
                    "A letter that waits needs a next try, a settled one has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease__isnull=False)
                | (~Q(state="sending") & Q(lease__isnull=True)),
                name="outbox_message_held_while_sending",
                violation_error_message=_(
                    "A worker holds a letter while it is being sent, and only then."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="outbox_message_sent_at_some_time",
                violation_error_message=_("A letter that was sent says when."),
            ),
        ]
        indexes = [
            # Claiming: the most urgent due letters.
            models.Index(
                fields=["priority", "due_at"],
                name="outbox_message_claim",
                condition=Q(due_at__isnull=False),
            ),
            # Readiness and the dashboard: the letter due for longest.
            models.Index(
                fields=["due_at"],
                name="outbox_message_due",
                condition=Q(due_at__isnull=False),
            ),
            # Putting off what a mail domain gets too fast.
            models.Index(
                fields=["domain", "priority", "due_at"],
                name="outbox_message_domain",
                condition=Q(due_at__isnull=False),
            ),
            # The sweep for letters that lost their meaning.
            models.Index(
                fields=["expires_at"],
                name="outbox_message_outlived",
                condition=Q(state="waiting", expires_at__isnull=False),
            ),
            # The sweeps that take out words: secrets soon, everything later.
            models.Index(
                fields=["created_at"],
                name="outbox_message_secret",
                condition=Q(holds_secret=True, blanked_at__isnull=True),
            ),
            models.Index(
                fields=["created_at"],
                name="outbox_message_worded",
                condition=Q(blanked_at__isnull=True),
            ),
            # Settling a worker's batch, and giving it back.
            models.Index(
                fields=["lease"],
                name="outbox_message_lease",
                condition=Q(lease__isnull=False),
            ),
            # The admin's list, newest first: whole, of one address, by state.
            models.Index(fields=["-created_at", "-id"], name="outbox_message_newest"),
            models.Index(
                Lower("recipient"),
                F("created_at").desc(),
                name="outbox_message_address",
            ),
            models.Index(
                fields=["state", "-created_at"],
                name="outbox_message_unsent",
                condition=~Q(state="sent"),
            ),
            # Who was told what: by application, by thing, by conversation.
            models.Index(
                fields=["about_id", "-created_at"],
                name="outbox_message_about",
                condition=Q(about_id__isnull=False),
            ),
            models.Index(
                fields=["thing_id", "-created_at"],
                name="outbox_message_thing",
                condition=Q(thing_id__isnull=False),
            ),
            models.Index(
                fields=["thread", "recipient", "-created_at"],
                name="outbox_message_thread",
                condition=~Q(thread=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {Truncator(self.subject).chars(60)}"

    @property
    def in_reply_to(self) -> str:
        """The letter this one answers: the last of the chain."""
        return self.references.split()[-1] if self.references else ""

    @cached_property
    def files(self) -> "list[Attachment]":
        """What goes along with it."""
        return list(self.attachments.all())

    @property
    def is_settled(self) -> bool:
        """Nobody looks at it again, unless a person puts it in line."""
        return self.due_at is None

    def has_outlived_its_meaning(self, at: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= at


def message_id_for(identity: UUID) -> str:
    """A Message-ID that is the row's own for ever and looks like any other."""
    return f"<{identity.hex[:12]}.{identity.hex[12:]}@{sending_domain()}>"


def sending_domain() -> str:
    """The domain our letters come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


class Attachment(models.Model):
    """A small file that goes with one letter, such as a calendar entry."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="attachments"
    )
    filename = models.CharField(_("file name"), max_length=150)
    mimetype = models.CharField(_("type"), max_length=120)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.filename
