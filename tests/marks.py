"""When a test makes sense only here or there: one home for the reasons."""

import pytest
from django.db import connection

ONE_WRITER = "SQLite has one writer at a time"


def on_postgresql(reason=ONE_WRITER):
    """Skipped elsewhere, for instance in the trial's SQLite."""
    return pytest.mark.skipif(connection.vendor != "postgresql", reason=reason)
