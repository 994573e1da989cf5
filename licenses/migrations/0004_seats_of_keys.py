"""Each server for which keys were made takes its seat on the license."""

import hashlib

from django.db import migrations


def take_seats(apps, schema_editor):
    licenses = apps.get_model("licenses", "License")
    keyed = licenses.objects.filter(keys__isnull=False).distinct().order_by()
    for license in keyed.iterator(chunk_size=500):
        _take_seats_of(license, apps.get_model("licenses", "Seat"))


def _take_seats_of(license, seats):
    by_server = {}
    for key in license.keys.order_by("made_at"):
        by_server.setdefault(key.server_id, []).append(key)
    taken = []
    for server_id, keys in by_server.items():
        seat = _seat_of(license, server_id, keys, seats)
        taken.append(seat)
        license.keys.filter(pk__in=[key.pk for key in keys]).update(seat=seat)
    active = [one for one in taken if one.activated_at and not one.deactivated_at]
    for seat in taken:
        if active and not seat.activated_at and not seat.deactivated_at:
            seat.replaces = active[0]
            seat.save(update_fields=["replaces"])


def _seat_of(license, server_id, keys, seats):
    """Live while a key of the server is; active while one of those is in use."""
    current = [key for key in keys if key.superseded_at is None]
    is_live = bool(current)
    used = [key for key in keys if key.activated_at]
    if is_live and not any(key.activated_at for key in current):
        used = []
    return seats.objects.create(
        license=license,
        server_id=server_id,
        server_digest=hashlib.sha256(server_id.encode()).hexdigest(),
        server_name=keys[-1].server_name,
        made_at=keys[0].made_at,
        made_by=keys[0].made_by,
        activated_at=used[0].activated_at if used else None,
        activated_by=used[0].activated_by if used else None,
        deactivated_at=None if is_live else max(key.superseded_at for key in keys),
    )


class Migration(migrations.Migration):
    dependencies = [("licenses", "0003_servers_and_policies")]

    operations = [migrations.RunPython(take_seats, migrations.RunPython.noop)]
