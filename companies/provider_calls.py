"""Calls to a provider that a customer named: short, bounded, and not into our network.

The address is resolved once and judged, and the connection goes to what was judged.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

CONNECT_SECONDS = 3
READ_SECONDS = 4
ALTOGETHER_SECONDS = 8
MOST_BYTES = 1_000_000
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class SignOnError(OAuth2Error):
    """Signing in through a provider failed; `code` finds the words for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code, self.detail = code, detail


def is_allowed(url: str) -> bool:
    """https to a named host; plain http only to this machine, where that is allowed."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username or parts.password:
        return False
    if parts.scheme == "https":
        return True
    is_here = host in LOOPBACK and settings.SIGN_ON_PRIVATE_NETWORKS
    return parts.scheme == "http" and is_here


def judged(host: str, port: int) -> str:
    """The network address to connect to; refused when any of them is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise SignOnError("unreachable", host) from None
    addresses = [entry[4][0] for entry in found]
    if not settings.SIGN_ON_PRIVATE_NETWORKS:
        for address in addresses:
            if not is_public(address):
                raise SignOnError("private", host)
    return addresses[0]


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


class _Judged:
    """A connection to an address that was judged, under the name that was asked for."""

    def _new_conn(self) -> socket.socket:
        address = judged(self.host, self.port)
        try:
            return create_connection(
                (address, self.port), self.timeout, socket_options=self.socket_options
            )
        except TimeoutError as slow:
            raise ConnectTimeoutError(self, f"{self.host} does not answer") from slow
        except OSError as error:
            raise NewConnectionError(self, f"{self.host}: {error}") from error


class _Plain(_Judged, HTTPConnection):
    pass


class _Secure(_Judged, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _PlainPool,
            "https": _SecurePool,
        }


class Session(requests.Session):
    """All calls of one sign-in share one deadline; none follows a redirect."""

    def __init__(self, deadline: float) -> None:
        super().__init__()
        self.deadline = deadline
        self.trust_env = False
        self.mount("https://", _Adapter())
        self.mount("http://", _Adapter())

    def request(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        if not is_allowed(url):
            raise SignOnError("address", url)
        left = self._left()
        kwargs |= {
            "allow_redirects": False,
            "stream": True,
            "timeout": (min(CONNECT_SECONDS, left), min(READ_SECONDS, left)),
        }
        response = super().request(method, url, **kwargs)
        if response.is_redirect:
            raise SignOnError("redirects", url)
        response._content = self._read(response)
        response._content_consumed = True
        return response

    def _read(self, response: requests.Response) -> bytes:
        """Piece by piece: whoever sends without end or without haste is cut off."""
        body = b""
        for piece in response.iter_content(8192):
            body += piece
            if len(body) > MOST_BYTES:
                raise SignOnError("not_a_provider", response.url)
            self._left()
        return body

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise SignOnError("unreachable")
        return left


def session(request: Any) -> Session:
    """A session whose deadline is that of the request in which it is asked for."""
    deadline = getattr(request, "_sign_on_deadline", None)
    if deadline is None:
        deadline = time.monotonic() + ALTOGETHER_SECONDS
        if request is not None:
            request._sign_on_deadline = deadline
    return Session(deadline)
