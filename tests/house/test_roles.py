"""Every address, opened and pressed empty by everybody, answers as `roles.py` says.

An address without a line there fails the build. The desk's own addresses are walked in
test_doors: they do not exist for customers.
"""

import time
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from tests.factories.apps import MembershipFactory
from tests.factories.companies import UserFactory
from tests.house.roles import ADDRESSES, PROFILES, ROLES
from tests.house.test_doors import patterns

NAMES = {
    f"{namespace}:{pattern.name}" if namespace else pattern.name
    for namespace, _address, pattern in patterns(get_resolver())
    if namespace != "admin"
}


@pytest.fixture(scope="module")
def walk(world_of):
    """The world with one person for each role, nothing of which any request changes."""
    with world_of(rows=1) as world:
        people = _cast(world)
        clients = {who: Client() for who in ROLES}
        for who, person in people.items():
            _sign_in(clients[who], person)
        people["deactivated"].is_active = False
        people["deactivated"].save()
        cloud = world.track.environments.get(name="production")
        things = vars(world) | {"cloud": cloud}
        yield SimpleNamespace(people=people, clients=clients, things=things)


def _cast(world):
    """Bob is the contact of whatever an address is about; three others are new."""
    known = world.people
    team = UserFactory(name="Tess Team", company=world.acme)
    external = UserFactory(name="Extra Nal", company=world.globex)
    gone = UserFactory(name="Gone Person", company=world.acme)
    for person in (team, external, gone):
        for application in (world.depot, world.track, world.docks, world.returns):
            MembershipFactory(application=application, user=person)
    return {
        "stranger": UserFactory(name="Sam Stranger", company=world.globex),
        "member": known.frank,
        "team": team,
        "contact": known.bob,
        "admin": known.alice,
        "external": external,
        "staff": known.stella,
        "deactivated": gone,
    }


def _sign_in(client, person):
    """As if the password had been shown again a moment ago [PE-05]."""
    client.force_login(person)
    session = client.session
    shown = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [shown]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()


def address_of(things, line):
    """A word names a row of the world; `=x,y` is what stands in the address itself."""
    if line.about.startswith("="):
        return reverse(line.name, args=line.about[1:].split(","))
    if line.about == "-":
        return reverse(line.name)
    row = things[line.about]
    return reverse(line.name, args=[getattr(row, "id", row.pk)])


def answers(walk, line, method):
    """What each role is answered, in the order of `ROLES`; nothing of it remains."""
    address = address_of(walk.things, line)
    return [_answer(walk, who, method, address) for who in ROLES]


def _answer(walk, who, method, address):
    client = walk.clients[who]
    if who == "anonymous":
        client.cookies.clear()
    elif who != "deactivated" and "_auth_user_id" not in client.session:
        _sign_in(client, walk.people[who])
    with transaction.atomic():
        answer = _short(getattr(client, method)(address))
        transaction.set_rollback(True)
    return answer


def _short(answer):
    """The code; or of a redirect, the name of the page it leads to."""
    if answer.streaming:
        answer.getvalue()
    if answer.status_code != 302:
        return str(answer.status_code)
    name = resolve(answer["Location"].split("?")[0].split("#")[0]).view_name
    return "in" if name == "account_login" else name


def test_every_address_has_its_line():
    assert ADDRESSES.keys() == NAMES


def test_every_profile_is_used():
    used = {one for line in ADDRESSES.values() for one in (line.get, line.post)}

    assert {profile for profile, _done in used} == PROFILES.keys()


@pytest.mark.parametrize("name", ADDRESSES)
def test_everybody_is_answered_as_the_table_says(db, walk, name):
    """E25: each address, each role, opened and pressed empty."""
    cache.clear()  # whatever limits how often one may ask counts anew
    for who in walk.people.keys() - {"deactivated"}:
        _sign_in(walk.clients[who], walk.people[who])
    line = ADDRESSES[name]

    found = {method: answers(walk, line, method) for method in ("get", "post")}

    for method in ("get", "post"):
        wanted = line.answers(method)
        assert dict(zip(ROLES, found[method], strict=True)) == wanted, method
