"""Calls to a provider reach the internet, and nothing of ours."""

import socket

import pytest

from companies import provider_calls
from companies.provider_calls import SignOnError


@pytest.fixture(autouse=True)
def _only_public(settings):
    settings.SIGN_ON_PRIVATE_NETWORKS = False


@pytest.fixture
def resolves(monkeypatch):
    """Names lead where a test says; nobody asks the network."""

    def to(*addresses):
        found = [(2, 1, 6, "", (address, 443)) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **how: found)

    return to


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
    ],
)
def test_an_inner_address_is_not_called(resolves, address):
    """CO-17"""
    resolves(address)

    with pytest.raises(SignOnError) as refusal:
        provider_calls.session(None).request("GET", "https://login.acme.example/")

    assert refusal.value.code == "private"


def test_one_inner_address_among_public_ones_is_enough(resolves):
    """A name that leads to both would be a way round."""
    resolves("203.0.113.9", "93.184.216.34", "10.0.0.1")

    with pytest.raises(SignOnError):
        provider_calls.judged("login.acme.example", 443)


def test_a_public_address_is_the_one_that_is_called(resolves):
    resolves("93.184.216.34")

    assert provider_calls.judged("login.acme.example", 443) == "93.184.216.34"


def test_a_name_that_nobody_knows_is_unreachable(monkeypatch):
    def unknown(*asked, **how):
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(SignOnError) as refusal:
        provider_calls.judged("nowhere.example", 443)

    assert refusal.value.code == "unreachable"


@pytest.mark.parametrize(
    "url",
    [
        "http://login.acme.example/",
        "http://127.0.0.1/",
        "file:///etc/passwd",
        "https://a:b@login.acme.example/",
        "https:///x",
        "https://login.acme.example:port/",
    ],
)
def test_nothing_but_https_is_called(url):
    """CO-17"""
    with pytest.raises(SignOnError) as refusal:
        provider_calls.session(None).request("GET", url)

    assert refusal.value.code == "address"


def test_all_calls_of_one_attempt_share_one_deadline(rf):
    request = rf.get("/")

    first, second = (provider_calls.session(request) for _call in range(2))

    assert first.deadline == second.deadline
    first.deadline = 0
    with pytest.raises(SignOnError) as late:
        first.request("GET", "https://login.acme.example/")
    assert late.value.code == "unreachable"


def test_a_body_without_end_is_cut_off(settings, provider, monkeypatch):
    settings.SIGN_ON_PRIVATE_NETWORKS = True
    monkeypatch.setattr(provider_calls, "MOST_BYTES", 100)

    with pytest.raises(SignOnError):
        provider_calls.session(None).request(
            "GET", f"{provider.issuer}/.well-known/openid-configuration"
        )
