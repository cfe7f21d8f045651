"""Posts that may arrive twice: the first receipt is the answer to both (architecture D11).

The caller sends a UUID of its own making in the header `Idempotency-Key`, or as `key` in the body. The same key with
another content is a mistake of the caller and refused.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from .. import idempotency
from ..problems import Conflict

HEADER = "Idempotency-Key"
_DIGEST = 16


class KeyUsedForOtherContent(Conflict):
    """409: this key came before, with another content."""

    default_detail = _("This idempotency key was used for another content.")
    default_code = "key_used"


def key_of(request: Request) -> uuid.UUID:
    """Return the caller's key.

    :raises ValidationError: if there is none, or it is no UUID.
    """
    data = request.data if isinstance(request.data, dict) else {}
    text = request.headers.get(HEADER) or data.get("key") or ""
    try:
        return uuid.UUID(str(text))
    except ValueError as error:
        raise ValidationError(
            {"key": [_("Send a UUID in the header Idempotency-Key, or as key in the body.")]}
        ) from error


def once(request: Request, purpose: str, content: Any, work: Callable[[uuid.UUID], str]) -> tuple[str, bool]:
    """Do the work once per key; return its short receipt text and whether this is a repetition.

    `work` gets the key and returns what is kept (at most 380 characters, nothing secret in plain text).

    :raises KeyUsedForOtherContent: if the key came before with another content.
    """
    key = key_of(request)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:_DIGEST]
    # A key belongs to one kind of post: the same UUID elsewhere is another one.
    own = uuid.uuid5(key, purpose)
    with idempotency.once_for_key(own, purpose) as once_:
        if not once_.is_replay:
            once_.location = f"{digest}{work(own)}"
    if once_.location[:_DIGEST] != digest:
        raise KeyUsedForOtherContent
    return once_.location[_DIGEST:], once_.is_replay
