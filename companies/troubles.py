"""What can go wrong between us and a provider: for who stands before it, for admins."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Code: the sentence for anybody, and what an admin checks.
TROUBLES: dict[str, tuple[str | Promise, str | Promise]] = {
    "unreachable": (
        _("The sign-in of %(company)s does not answer. Try again in some minutes."),
        _("Check the issuer's address, and that it can be reached from the internet."),
    ),
    "private": (
        _("The sign-in of %(company)s cannot be reached from here."),
        _(
            "The issuer's host has an address in a private network. The provider must"
            " have a public one."
        ),
    ),
    "address": (
        _("The sign-in of %(company)s names an address that we do not follow."),
        _("Every address of the provider must begin with https://."),
    ),
    "redirects": (
        _("The sign-in of %(company)s sends us elsewhere, and we do not follow."),
        _("Enter the issuer exactly as the provider's own document names it."),
    ),
    "not_a_provider": (
        _("The sign-in of %(company)s gives an answer that we do not understand."),
        _(
            "Open the issuer's address with /.well-known/openid-configuration after it:"
            " a document must appear."
        ),
    ),
    "issuer": (
        _("The sign-in of %(company)s says it is another one."),
        _("Enter the issuer exactly as the provider's document names it."),
    ),
    "client": (
        _("The sign-in of %(company)s does not know this portal."),
        _(
            "Check the client ID and the secret, and that the redirect address is"
            " registered there. A secret may have run out."
        ),
    ),
    "refused": (
        _("The sign-in of %(company)s refused."),
        _("Look there: may this person use this application?"),
    ),
    "cancelled": (
        _("You stopped at the sign-in of %(company)s. Nothing has happened."),
        _("Begin anew, and agree there."),
    ),
    "lost": (
        _(
            "This attempt to sign in is too old, was finished already, or began in"
            " another browser. Begin anew."
        ),
        _("Begin the test anew, in one browser and within ten minutes."),
    ),
    "token": (
        _("The sign-in of %(company)s gave a proof that we cannot believe."),
        _(
            "Its ID token is not for this client, not for this attempt, not of this"
            " issuer, too old, or wrongly signed. Check the client ID, and the clock"
            " of the provider."
        ),
    ),
    "no_address": (
        _("The sign-in of %(company)s did not tell your e-mail address."),
        _("Let the provider send the claim email; we ask for the scope email."),
    ),
    "unverified": (
        _(
            "The sign-in of %(company)s says that your e-mail address is not"
            " confirmed. Confirm it there, then try again."
        ),
        _(
            "The claim email_verified must be true. If your provider never sends it,"
            " say so in the settings of single sign-on."
        ),
    ),
    "domain": (
        _(
            "Your e-mail address there is at none of the mail domains of %(company)s."
            " Sign in there with your work account."
        ),
        _("The address must be at one of your confirmed mail domains."),
    ),
    "elsewhere": (
        _(
            "The account with this address belongs to somebody other than %(company)s."
            " Write to our support desk."
        ),
        _("Ask our support desk: it can see whose the account is."),
    ),
    "other_subject": (
        _(
            "The sign-in of %(company)s knows this address under a new name, so it may"
            " be a new person's. Ask your company admin to tell our support desk."
        ),
        _("Ask our support desk to forget the former name of this account."),
    ),
    "closed": (
        _("This account is closed. Ask your company admin to open it again."),
        _("Reactivate the account under People."),
    ),
    "off": (
        _("Single sign-on of %(company)s is switched off. Sign in with a password."),
        _("Switch it on first."),
    ),
}


def words(code: str, **facts: Any) -> tuple[str, str]:
    sentence, check = TROUBLES[code]
    return str(sentence) % facts, str(check) % facts
