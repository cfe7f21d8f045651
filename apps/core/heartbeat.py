"""Signs of life of worker and beat, for /readyz."""

import time

import redis

from .redis import client

LIFETIME = 30


def beat(name: str) -> None:
    """Leave a sign of life that fades after half a minute."""
    try:
        client().set(f"heartbeat:{name}", str(int(time.time())), ex=LIFETIME)
    except redis.RedisError:
        return


def is_alive(name: str) -> bool:
    """Return whether the process gave a sign of life lately; False when Redis does not answer."""
    try:
        return bool(client().exists(f"heartbeat:{name}"))
    except redis.RedisError:
        return False
