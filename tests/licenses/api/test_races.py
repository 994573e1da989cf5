"""Two apps at the same moment, each with a connection of its own.

A hundred times in a row, in one database: after each race the servers leave again.
"""

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from licenses import actions
from licenses.actions.seats import ServerTakenError
from licenses.models import License, LicenseKey, Seat
from tests.licenses.api.conftest import Caller, code_of, put_under

pytestmark = pytest.mark.django_db(transaction=True)
RACES = 100


@pytest.fixture(autouse=True)
def _no_limit(settings):
    settings.LICENSING_REQUESTS = [100_000, 100_000]


class Runners:
    """Threads that do one thing each, as often as they are told, all at once."""

    def __init__(self, *deeds):
        self.barrier = threading.Barrier(len(deeds) + 1, timeout=30)
        self.results = [None] * len(deeds)
        self.threads = [
            threading.Thread(target=self._run, args=[place, deed], daemon=True)
            for place, deed in enumerate(deeds)
        ]
        for thread in self.threads:
            thread.start()

    def _run(self, place, deed):
        try:
            for _ in range(RACES):
                self.barrier.wait()
                try:
                    self.results[place] = deed()
                except Exception as problem:  # noqa: BLE001 - told where it is asked
                    self.results[place] = problem
                self.barrier.wait()
        finally:
            connection.close()

    def race(self):
        self.barrier.wait()
        self.barrier.wait()
        return list(self.results)

    def join(self):
        for thread in self.threads:
            thread.join(timeout=30)


def activation(key, license, server):
    app = Caller(Client())
    return lambda: app.activate(key, license, server)


def test_of_two_for_the_last_place_exactly_one_gets_it(now, own, production):
    """A hundred times: one 201, one MACHINE_LIMIT_EXCEEDED, one place taken."""
    put_under(production, floating=True)
    actions.activate_server(
        license=production, server_id="FIRST", by=None, at=now.value
    )
    runners = Runners(
        activation(own, production, "A"), activation(own, production, "B")
    )

    outcomes = []
    for _ in range(RACES):
        answers = runners.race()
        refused = [code_of(one) for one in answers if one.status_code != 201]
        taken = production.seats.active().exclude(server_id="FIRST")
        outcomes.append((refused, taken.count()))
        taken.update(deactivated_at=now.value)
    runners.join()

    assert outcomes == [(["MACHINE_LIMIT_EXCEEDED"], 1)] * RACES


def test_of_two_from_one_server_exactly_one_is_the_first(now, own, production):
    runners = Runners(
        activation(own, production, "A"), activation(own, production, "A")
    )

    outcomes = []
    for _ in range(RACES):
        answers = runners.race()
        refused = [code_of(one) for one in answers if one.status_code != 201]
        outcomes.append((refused, production.seats.active().count()))
        production.seats.active().update(deactivated_at=now.value)
    runners.join()

    assert outcomes == [(["FINGERPRINT_TAKEN"], 1)] * RACES


def once_per_app(*licenses):
    """All under one policy that wants each server once per app."""
    policy = put_under(licenses[0], uniqueness="UNIQUE_PER_PRODUCT")
    for license in licenses[1:]:
        license.policy = policy
        license.save(update_fields=["policy"])


def free(now, *licenses):
    Seat.objects.active().filter(license__in=licenses).update(deactivated_at=now.value)


def test_of_two_licenses_of_an_app_one_gets_the_server(
    now, own, production, acceptance
):
    """A hundred times: both ask for one server that the policy wants once per app."""
    once_per_app(production, acceptance)
    other = actions.make_license_key(license=acceptance, by=None, at=now.value)
    runners = Runners(
        activation(own, production, "A"), activation(other, acceptance, "A")
    )

    outcomes = []
    for _ in range(RACES):
        answers = runners.race()
        refused = [code_of(one) for one in answers if one.status_code != 201]
        outcomes.append((refused, Seat.objects.active().count()))
        free(now, production, acceptance)
    runners.join()

    assert outcomes == [(["FINGERPRINT_TAKEN"], 1)] * RACES


def test_a_key_and_an_activation_take_no_server_twice(now, own, production, acceptance):
    """A key for it is made in the portal while the app of another license runs up."""
    once_per_app(production, acceptance)

    def generate():
        return actions.generate_key(
            license=License.objects.get(pk=acceptance.pk),
            server_id="A",
            by=None,
            at=now.value,
        )

    runners = Runners(generate, activation(own, production, "A"))

    outcomes = []
    for _ in range(RACES):
        made, answer = runners.race()
        outcomes.append((isinstance(made, LicenseKey), answer.status_code))
        assert isinstance(made, LicenseKey | ServerTakenError)
        assert Seat.objects.live().count() == 1
        LicenseKey.objects.all().delete()
        Seat.objects.all().delete()
    runners.join()

    assert set(outcomes) <= {(True, 422), (False, 201)}


def test_neither_a_renewal_nor_an_activation_is_lost(now, own, production):
    """Both take the license; whichever comes second sees what the first one did."""
    first_end = date(2027, 1, 1)
    renewed = []

    def renew():
        end = first_end.replace(year=2027 + len(renewed))
        license = actions.renew_license(
            license=License.objects.get(pk=production.pk),
            ends_on=end,
            by=None,
            at=now.value,
        )
        renewed.append(end)
        return license.ends_on

    runners = Runners(renew, activation(own, production, "A"))

    for number in range(RACES):
        end, answer = runners.race()
        assert (end, answer.status_code) == (date(2027 + number, 1, 1), 201)
        production.refresh_from_db()
        assert production.ends_on == end
        production.seats.active().get()
        production.seats.active().update(deactivated_at=now.value)
    runners.join()
