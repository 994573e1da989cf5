"""What every table of the outbox is to the desk: facts, to be read and left alone."""

from typing import Any

from django.http import HttpRequest


class Ledger:
    """Facts: they can be read, not added, changed or removed."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
