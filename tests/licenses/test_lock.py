"""Holding the row of a license: read afresh, by a statement that is planned once."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from licenses.models import License
from tests.factories.licenses import LicenseKeyFactory, PolicyFactory

pytestmark = pytest.mark.django_db


def test_a_lock_reads_what_others_wrote(production):
    mine = License.objects.with_rules().prefetch_related("keys").get()
    LicenseKeyFactory(license=production)
    policy = PolicyFactory()
    License.objects.update(policy=policy, users=7)
    production.application.__class__.objects.update(name="Dock Planner")

    mine.lock()

    assert (mine.policy, mine.users, mine.rules) == (policy, 7, policy)
    assert mine.application.name == "Dock Planner"
    assert mine.keys.count() == len(mine.keys.all()) == 1


def test_a_lock_takes_a_policy_away_too(production):
    License.objects.update(policy=PolicyFactory())
    mine = License.objects.with_rules().get()
    License.objects.update(policy=None)

    mine.lock()

    assert mine.policy is None
    assert mine.rules.name == "standard"


def test_a_lock_keeps_the_id_and_the_moment_of_the_row(production):
    before = dict(vars(License.objects.get()))
    mine = License.objects.get()

    mine.lock()

    assert {name: getattr(mine, name) for name in before if name != "_state"} == {
        name: value for name, value in before.items() if name != "_state"
    }


def test_what_is_gone_cannot_be_held(production):
    mine = License.objects.get()
    License.objects.all().delete()

    with pytest.raises(License.DoesNotExist):
        mine.lock()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_held_without_a_transaction(production):
    with pytest.raises(transaction.TransactionManagementError):
        production.lock()


def test_the_statement_is_built_once(production):
    production.lock()

    with CaptureQueriesContext(connection) as asked:
        production.lock()

    (statement,) = asked.captured_queries
    if connection.vendor == "postgresql":
        assert statement["sql"].startswith("EXECUTE")
