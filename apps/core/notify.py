"""Messages inside the application. Texts are message ids, so each person reads them in their own language."""

from typing import Any

from django.utils.translation import gettext

from .models import Notification


def send(
    recipient: Any, text: str, *, url: str = "", key: str | None = None, **params: Any
) -> Notification | None:
    """Leave a message for a user, in the caller's transaction; None if they have no account or it is a repetition.

    `text` is an English message id with named placeholders, marked with `gettext_noop` where it is written.
    """
    if recipient is None:
        return None
    values = {"recipient": recipient, "text": text, "params": params, "url": url}
    if key is None:
        return Notification.objects.create(**values)
    notification, created = Notification.objects.get_or_create(key=key, defaults=values)
    return notification if created else None


def sentence(notification: Notification) -> str:
    """Return the message in the present language."""
    return gettext(notification.text) % notification.params
