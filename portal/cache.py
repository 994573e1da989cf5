"""The cache in Redis, with one client kept for all calls."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends import redis


class _Client(redis.RedisCacheClient):
    """Django makes a client for every call, which takes longer than the call itself."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        server = self._get_connection_pool_index(write)
        if server not in self._clients:
            self._clients[server] = super().get_client(key, write=write)
        return self._clients[server]


class RedisCache(redis.RedisCache):
    """Django's, with a counter that takes one journey to Redis instead of three."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def count(self, key: str, *, timeout: int) -> int:
        """How often this was asked for, this time included, for so many seconds."""
        name = self.make_and_validate_key(key)
        client = self._cache.get_client(name, write=True)
        with client.pipeline(transaction=False) as asked:
            asked.set(name, 0, ex=timeout, nx=True)
            asked.incr(name)
            return asked.execute()[-1]
