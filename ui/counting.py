"""Counts beside tabs and places: several in one query, none further than we read."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.formats import number_format

CAP = 1_000


class CappedCount(Subquery):
    """How many rows a query has, counted up to a cap and no further."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet, cap: int = CAP, **extra: Any) -> None:
        super().__init__(rows.order_by().values("pk")[: cap + 1], **extra)


def in_figures(count: int, cap: int = CAP) -> str:
    """14; or 1,000+ where we stopped counting."""
    return f"{number_format(cap)}+" if count > cap else number_format(count)
