"""Somebody who registered and belongs to no company yet: nothing to see but the way on.

Externals without a company have apps, and with them the usual overview.
"""

from __future__ import annotations

from apps.models import Application
from companies.models import User


def belongs_nowhere(user: User) -> bool:
    if user.is_staff or user.company_id is not None:
        return False
    return not Application.objects.visible_to(user).exists()
