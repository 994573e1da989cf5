"""Signing in by e-mail address."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from companies.models import User


class AccountBackend(AuthenticationBackend):
    """Fetches the signed-in person together with the company: every page names it."""

    def get_user(self, user_id: Any) -> User | None:
        person = User.objects.select_related("company").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
