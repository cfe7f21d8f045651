"""How far a rating given for exercise lies from the agreed one, in steps of the scale."""

from apps.assessments.rules.predikat import Rating

_SCALE = tuple(Rating)


def steps_between(mine: Rating, agreed: Rating) -> int:
    """Return how many steps higher (above 0) or lower (below 0) one rated than was agreed."""
    return _SCALE.index(mine) - _SCALE.index(agreed)
