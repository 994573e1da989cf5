"""What a technical contact gets and does, in words, by hosting [TC-06].

One home for the page and the letters, which say "you" to the contact: there
`is_you` is true. Only what the portal does today stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.models import Application


@dataclass(frozen=True)
class Duty:
    """One thing in a few words, and what it means."""

    what: str | Promise
    meaning: str | Promise


def receives(application: Application, *, is_you: bool = False) -> list[Duty]:
    """What comes to the contact without asking [TC-10, TC-11, TC-30, LI-03]."""
    help_words = (
        _("your colleagues turn to you first when the app is down")
        if is_you
        else _("colleagues turn to the contact first when the app is down")
    )
    support_words = (
        _("support turns to you first")
        if is_you
        else _("support turns to the contact first")
    )
    if application.is_cloud:
        return [
            Duty(
                _("Maintenance notices"),
                _("before planned work starts, and when it moves or is cancelled"),
            ),
            Duty(_("Calls for help"), help_words),
        ]
    return [
        Duty(
            _("Renewal reminders"),
            _("before a license ends and the day after, also under Licenses"),
        ),
        Duty(_("Support's questions"), support_words),
    ]


def does(application: Application) -> list[Duty]:
    """What is in the contact's hands, and what is not [TC-14 to TC-17, LI-04]."""
    shared = [
        Duty(
            pgettext_lazy("verb", "Open tickets"), _("questions, incidents and changes")
        ),
        Duty(_("Look after the team"), _("add colleagues and remove leavers")),
    ]
    if application.is_cloud:
        return [
            *shared,
            Duty(_("Share the work"), _("give colleagues rights per environment")),
            Duty(
                format_lazy(_("Renewal by {vendor}"), vendor=settings.VENDOR_NAME),
                _("nothing to do"),
            ),
        ]
    return [
        Duty(_("Generate and activate keys"), _("one for each server, after renewal")),
        *shared,
        Duty(_("More users"), _("ask the account executive; nobody else can")),
    ]
