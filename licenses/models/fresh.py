"""A row read afresh by a statement that PostgreSQL has planned already."""

from __future__ import annotations

from django.db.models import Model


def take(thing: Model, fresh: Model) -> None:
    """All that the row says now, and whatever was read with it.

    As Django's `refresh_from_db`, which would build and plan the statement each time.
    """
    for field in thing._meta.concrete_fields:
        setattr(thing, field.attname, getattr(fresh, field.attname))
        if field.is_relation and field.is_cached(fresh):
            field.set_cached_value(thing, field.get_cached_value(fresh))
        elif field.is_relation and field.is_cached(thing):
            field.delete_cached_value(thing)
    for relation in thing._meta.related_objects:
        if relation.is_cached(thing):
            relation.delete_cached_value(thing)
    thing.__dict__["_prefetched_objects_cache"] = {}
