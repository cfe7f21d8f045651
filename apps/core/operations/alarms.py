"""Tells those who run the installation that something needs a person: a log line, and a notification to each."""

import logging

from django.contrib.auth import get_user_model
from django.urls import reverse

from .. import notify

logger = logging.getLogger(__name__)


def raise_alarm(sentence: str, *, key: str, **params: object) -> int:
    """Log a sentence as an error and notify every operator once per key; return how many were told.

    `sentence` is a message id with named places, `params` hold numbers and names of parts, never of people.
    """
    logger.error(sentence % params)
    operators = get_user_model().objects.filter(is_staff=True, is_active=True)
    for user in operators:
        notify.send(user, sentence, url=reverse("core:system"), key=f"{key}:{user.pk}", **params)
    return len(operators)
