"""Words for the states of a nomination."""

from django import template
from django.utils.safestring import SafeString

from apps.core.templatetags.ui import status_tag

from ..labels import NOMINATION_TONES, NominationStatusChoices
from ..models import Nomination

register = template.Library()


@register.simple_tag
def nomination_tag(nomination: Nomination) -> SafeString:
    """How far a nomination is, as a tag."""
    return status_tag(
        nomination.status,
        NominationStatusChoices(nomination.status).label,
        NOMINATION_TONES[nomination.status],
    )
