"""What people are told about, by which way, and what nobody can switch off.

One table: a new topic is a line in `Topic` and a line in `RULES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """The ways in which somebody is told."""

    EMAIL = "email", _("By e-mail")
    PORTAL = "portal", _("In the portal")


class Topic(models.TextChoices):
    """What a notice is about; everybody chooses a way for each."""

    ACCOUNT = "account", _("Account and security")
    COMPANY = "company", _("Your company and its apps")
    CONTACT = "contact", _("Your role as technical contact")
    REACH = "reach", _("Technical contacts who cannot be reached")
    RENEWAL = "renewal", _("Renewals")
    LICENSE = "license", _("License keys")
    EXPANSION = "expansion", _("Requests for more users")
    MAINTENANCE = "maintenance", _("Maintenance")
    CRITICAL = "critical", _("Critical tickets")
    TICKET = "ticket", _("Tickets")


BOTH = frozenset(Channel)
BY_EMAIL = frozenset({Channel.EMAIL})


@dataclass(frozen=True)
class Rule:
    """What a topic covers; which ways stay on, and why; which are off at first.

    What is urgent waits for no digest and no end of quiet hours.
    """

    covers: str | Promise
    locked: frozenset[Channel] = frozenset()
    why: str | Promise = ""
    off: frozenset[Channel] = frozenset()
    is_urgent: bool = False

    def is_on(self, channel: Channel) -> bool:
        """What somebody gets who has never chosen."""
        return channel in self.locked or channel not in self.off


RULES: Mapping[Topic, Rule] = {
    Topic.ACCOUNT: Rule(
        _("Your password, your address and your second factor have changed."),
        BY_EMAIL,
        _("E-mail stays on, so that nobody changes your account behind your back."),
        is_urgent=True,
    ),
    Topic.COMPANY: Rule(
        _(
            "Apps are ordered, delivered and off-boarded, change their technical"
            " contacts; you join their teams and are given rights."
        ),
    ),
    # Nobody becomes a contact, or stays one, without having been asked [TC-27].
    Topic.CONTACT: Rule(
        _(
            "You are asked to be a technical contact, become one, are one no longer, or"
            " are sent to a key."
        ),
        BY_EMAIL,
        _("E-mail stays on: an app must not wait for an answer to an unread question."),
    ),
    # Nobody else would notice: the person it is about hears nothing [TC-29].
    Topic.REACH: Rule(
        _("Mail to a technical contact comes back, or they do not answer."),
        BY_EMAIL,
        _("E-mail stays on: otherwise nobody might be told about the app."),
    ),
    # Both ways, always [LI-03].
    Topic.RENEWAL: Rule(
        _("A license of an app that you answer for runs out, is renewed or stopped."),
        BOTH,
        _("Both stay on: nobody else is reminded while you answer for the app."),
    ),
    Topic.LICENSE: Rule(
        _("Another technical contact has activated a key."),
    ),
    # A wish goes to one person alone, and its answer to one person alone [LI-04].
    Topic.EXPANSION: Rule(
        _("A request to expand a license reaches you, is answered or withdrawn."),
        BY_EMAIL,
        _("E-mail stays on: nobody else is told, and somebody waits for the answer."),
    ),
    # What the platform does to the app reaches its contact [TC-11, TC-31].
    Topic.MAINTENANCE: Rule(
        _("Work on an app that you answer for is planned, moved or cancelled."),
        BY_EMAIL,
        _("E-mail stays on: the app may stop meanwhile, and nobody else is told."),
    ),
    Topic.CRITICAL: Rule(
        _("News of a ticket of priority 1 that you opened, follow or own."),
        BY_EMAIL,
        _("E-mail stays on: work stands still until such a ticket is solved."),
        is_urgent=True,
    ),
    Topic.TICKET: Rule(
        _("News of any other ticket that you opened, follow or own."),
    ),
}


def lock(topic: str, channel: str) -> str | Promise:
    """Why this cannot be switched off; empty where it can."""
    rule = RULES[Topic(topic)]
    return rule.why if channel in rule.locked else ""
