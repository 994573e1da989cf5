"""How accounts behave here: mail goes through the outbox, addresses are confirmed."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """django-allauth's seam; the outbox takes its letters."""
