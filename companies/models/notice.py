"""Notices in the portal, and by which way people want to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.access import Paths, TenantQuerySet
from companies.models.person import User
from companies.topics import RULES, Channel, Topic, lock


def topics() -> list[tuple[str, str]]:
    """Asked at run time: a new topic is no change of the database."""
    return Topic.choices


class PersonalQuerySet(TenantQuerySet):
    def visible_to(self, user: Any) -> PersonalQuerySet:
        """One's own and nobody else's: neither admins nor vendor staff read along."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(person=user.pk)


class NoticeQuerySet(PersonalQuerySet):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)

    def on(self, topic: str) -> NoticeQuerySet:
        """Of one topic; any word that is none leaves out nothing."""
        return self.filter(topic=topic) if topic in Topic.values else self

    def told_until(self, at: datetime) -> NoticeQuerySet:
        return self.filter(created_at__lte=at)

    def about(self, application_id: Any) -> NoticeQuerySet:
        return self.filter(about=application_id)

    def in_portal_only(self) -> NoticeQuerySet:
        """No letter went with them: their reader had switched that off."""
        return self.filter(by_email=False)

    def told(self, places: Collection[tuple[Any, str]]) -> NoticeQuerySet:
        """Of these people and these keys; more than the pairs, by one index."""
        people = {person for person, _key in places}
        keys = {key for _person, key in places}
        return self.filter(person__in=people, key__in=keys)

    def read_before(self, at: datetime) -> NoticeQuerySet:
        """Read, and so long ago that nobody looks for it any more."""
        return self.filter(read_at__lt=at)


class Notice(models.Model):
    """One thing one person was told, as the inbox in the portal shows it.

    Begins unread in the transaction of what it tells of, in the words of the letter;
    is read by opening or marking it, and goes some months later.
    """

    access = Paths(company="person__company")

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        User, models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    key = models.CharField(_("key"), max_length=200)
    topic = models.CharField(_("topic"), max_length=20, choices=topics)
    title = models.CharField(_("title"), max_length=250)
    text = models.CharField(_("text"), max_length=300, blank=True)
    link = models.CharField(_("path"), max_length=300, blank=True)
    about = models.UUIDField(_("application"), null=True, blank=True)
    created_at = models.DateTimeField(_("told at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    by_email = models.BooleanField(
        _("by e-mail as well"),
        default=True,
        help_text=_("Off where its reader had switched e-mail of this kind off."),
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "key"],
                name="notice_once_per_person_and_key",
                violation_error_message=_("This person was told already."),
            ),
            models.CheckConstraint(
                condition=models.Q(link="") | models.Q(link__startswith="/"),
                name="notice_leads_into_the_portal",
                violation_error_message=_("A notice leads to a page of the portal."),
            ),
        ]
        indexes = [
            # The inbox of one person, newest first.
            models.Index(fields=["person", "-created_at", "-id"], name="notice_inbox"),
            # What is unread, and how many: the count beside the place.
            models.Index(
                fields=["person", "-created_at", "-id"],
                name="notice_unread",
                condition=models.Q(read_at=None),
            ),
            # Who was told about an application without a letter.
            models.Index(
                fields=["about", "-created_at"],
                name="notice_without_letter",
                condition=models.Q(by_email=False, about__isnull=False),
            ),
            # The sweep for what was read long ago.
            models.Index(
                fields=["read_at"],
                name="notice_read",
                condition=models.Q(read_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state_code(self) -> str:
        return "notice.unread" if self.is_unread else "notice.read"

    @property
    def is_unread(self) -> bool:
        return self.read_at is None

    @property
    def topic_label(self) -> str:
        return Topic(self.topic).label


class NoticeChoiceQuerySet(PersonalQuerySet):
    def of(self, people: Iterable[Any]) -> NoticeChoiceQuerySet:
        return self.filter(person__in={person.pk for person in people})


class NoticeChoice(models.Model):
    """A way of being told that somebody wants otherwise than everybody gets it."""

    access = Paths(company="person__company")

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(
        User, models.CASCADE, related_name="notice_choices", verbose_name=_("person")
    )
    topic = models.CharField(_("topic"), max_length=20, choices=topics)
    channel = models.CharField(_("way"), max_length=10, choices=Channel.choices)
    is_on = models.BooleanField(_("wanted"))

    objects = NoticeChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of notices")
        verbose_name_plural = _("choices of notices")
        ordering = ["person", "topic", "channel"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic", "channel"],
                name="notice_choice_once_per_topic_and_channel",
                violation_error_message=_("This has been chosen already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic}, {self.channel}: {self.is_on}"


class Choices:
    """By which ways some people are told, asked for all of them at once."""

    def __init__(self, people: Iterable[User]) -> None:
        people = list(people)
        rows = NoticeChoice.objects.of(people) if people else ()
        self._chosen = {
            (row.person_id, row.topic, row.channel): row.is_on for row in rows
        }

    def want(self, person: User, topic: str, channel: str) -> bool:
        """A lock holds whatever somebody has chosen."""
        if lock(topic, channel):
            return True
        default = RULES[Topic(topic)].is_on(Channel(channel))
        return self._chosen.get((person.pk, str(topic), str(channel)), default)
