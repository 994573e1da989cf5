"""Signing in by e-mail address."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from companies.models import SignOn, User
from companies.statements import NOBODY, KeptRows

_by_key = KeptRows(
    lambda _, pk: User.objects.select_related("company").order_by().filter(pk=pk)
)


class AccountBackend(AuthenticationBackend):
    """Fetches the signed-in person together with the company: every page names it."""

    def authenticate(
        self, request: HttpRequest | None, **credentials: Any
    ) -> User | None:
        """No password lets in who signs in through the company's provider [CO-17]."""
        person = super().authenticate(request, **credentials)
        is_bound = person and SignOn.objects.binding(person).exists()
        return None if is_bound else person

    def get_user(self, user_id: Any) -> User | None:
        for person in _by_key(NOBODY, pk=uuid.UUID(str(user_id))):
            return person if self.user_can_authenticate(person) else None
        return None
