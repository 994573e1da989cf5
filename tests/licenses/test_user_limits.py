"""How many users a license covers, wherever that is said."""

import re

import pytest
from django.urls import reverse

from licenses import actions, keys, signers
from licenses.models import License
from tests.factories.licenses import PolicyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_policy(production):
    """Sold without numbers of its own, but for external users."""
    production.policy = PolicyFactory(
        named_users=50, concurrent_users=5, internal_users=None, external_users=7
    )
    production.users, production.external_users = None, 0
    production.save()
    return production


def test_a_license_covers_what_its_policy_says_unless_it_says_so_itself(by_policy):
    """LI-30, LI-31: nothing is agreed of internal users, and no external ones."""
    assert by_policy.limits == {
        "users": 50,
        "concurrent_users": 5,
        "external_users": 0,
    }
    assert by_policy.covered_users == 50
    row = License.objects.with_limits().get()
    assert (row.sold_users, row.sold_concurrent_users) == (50, 5)
    assert (row.sold_internal_users, row.sold_external_users) == (None, 0)


def test_a_license_without_a_policy_covers_any_number(production):
    production.users = None

    assert production.limits == {}
    assert production.covered_users is None


def test_key_page_list_and_sheet_say_the_same_number(client, bob, by_policy, at):
    key = actions.generate_key(license=by_policy, server_id="A", by=bob, at=at)
    client.force_login(bob)
    page = client.get(by_policy.get_absolute_url()).content.decode()
    runway = client.get(reverse("licenses:list")).content.decode()
    sheet = client.get(reverse("licenses:export")).getvalue().decode()

    assert keys.read(actions.text_of(key), signers.active().public_key).users == 50
    assert re.findall(r"<dt>([^<]*[Uu]sers[^<]*)</dt><dd>(\d+)</dd>", page) == [
        ("Users", "50"),
        ("Users at the same time", "5"),
        ("External users", "0"),
    ]
    assert "50 users" in runway
    assert ",50," in sheet.splitlines()[1]


def test_other_numbers_make_another_key(by_policy, bob, at):
    first = actions.generate_key(license=by_policy, server_id="A", by=bob, at=at)
    by_policy.policy.named_users = 60
    by_policy.policy.save()

    second = actions.generate_key(license=by_policy, server_id="A", by=bob, at=at)

    assert (first.users, second.users) == (50, 60)
