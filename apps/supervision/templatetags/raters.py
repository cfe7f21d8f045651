"""Words for the states of the calibration room."""

from typing import Any

from django import template

from apps.core.templatetags.ui import status_tag

from ..labels import PRE_VOTE_TONES, PreVoteStatusChoices
from ..models import PreVote

register = template.Library()


@register.simple_tag
def vote_tag(vote: PreVote) -> Any:
    """How far a blind vote is, as a tag."""
    return status_tag(vote.status, PreVoteStatusChoices(vote.status).label, PRE_VOTE_TONES[vote.status])
