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
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
