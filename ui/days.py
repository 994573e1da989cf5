"""Arithmetic with calendar days inside the database."""

from __future__ import annotations

from typing import Any

from django.db import models


class DaysBefore(models.Func):
    """So many days, an expression, before a date."""

    arity = 2
    arg_joiner = " - "
    template = "(%(expressions)s)"
    output_field = models.DateField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "date(%(expressions)s || ' days')"
        joiner = ", '-' || "
        return self.as_sql(
            compiler, connection, template=template, arg_joiner=joiner, **context
        )
