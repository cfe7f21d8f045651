"""The one connection pool to Redis for doorbells, stamps and heartbeats. Whatever is here can be lost."""

from functools import cache

import redis
from django.conf import settings


@cache
def client() -> redis.Redis:
    """Return the client; short time-outs, because nothing here is worth waiting for."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, decode_responses=True
    )
