"""Every address has exactly one door, and the doors of the support desk hold."""

from uuid import UUID

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.converters import get_converters

DOORS = {"member", "company admin", "staff"}
SAMPLES = {
    "int": "1",
    "uuid": str(UUID("00000000-0000-4000-8000-000000000000")),
    "str": "x",
    "slug": "x",
    "path": "x",
}


def patterns(resolver, namespace="", prefix=""):
    """Every view of the URLconf, with its namespace and a sample of its address."""
    for pattern in resolver.url_patterns:
        address = prefix + sample(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield namespace, address, pattern
        else:
            inner = pattern.namespace or namespace
            yield from patterns(pattern, inner, address)


def sample(pattern):
    """An address that the pattern takes: `tickets/<int:number>/` gives `tickets/1/`."""
    route = str(pattern)
    kinds = {type(converter): name for name, converter in get_converters().items()}
    for name, converter in pattern.converters.items():
        kind = kinds[type(converter)]
        for written in (f"<{kind}:{name}>", f"<{name}>"):
            route = route.replace(written, SAMPLES[kind])
    return route


ALL = list(patterns(get_resolver()))
OURS = [one for one in ALL if one[0] != "admin"]
DESK = [address for namespace, address, _pattern in ALL if namespace == "admin"]
# Regular expressions have no sample; the desk's only one catches what is left over.
DESK_ADDRESSES = sorted({f"/{a}" for a in DESK if "(?P<" not in a})


def test_there_is_something_to_walk():
    assert len(OURS) > 15
    assert len(DESK_ADDRESSES) > 15


@pytest.mark.parametrize(
    "pattern", [one[2] for one in OURS], ids=[one[1] for one in OURS]
)
def test_every_view_has_one_door(pattern):
    door = getattr(pattern.callback, "door", "")

    assert door in DOORS or door.startswith("public: "), "no door"
    assert not (door.startswith("public: ") and len(door) < 15), "public, but why?"


@pytest.mark.parametrize(
    "pattern", [one[2] for one in OURS], ids=[one[1] for one in OURS]
)
def test_only_public_doors_open_without_signing_in(pattern):
    is_open = not getattr(pattern.callback, "login_required", True)

    assert is_open == pattern.callback.door.startswith("public: ")


def test_the_desk_sends_strangers_to_the_sign_in_page(client, db):
    pages = {
        (address, answer.redirect_chain[-1][0].split("?")[0])
        for address in DESK_ADDRESSES
        for answer in (
            client.get(address, follow=True),
            client.post(address, follow=True),
        )
    }

    assert pages == {(address, reverse("account_login")) for address in DESK_ADDRESSES}


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_the_desk_does_not_exist_for_customers(who, request, client):
    client.force_login(request.getfixturevalue(who))

    found = {
        (address, answer.status_code)
        for address in DESK_ADDRESSES
        for answer in (client.get(address), client.post(address))
    }

    assert found == {(address, 404) for address in DESK_ADDRESSES}
