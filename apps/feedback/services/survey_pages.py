"""The stamp of the pages that ask citizens for a rating: they are kept (views/kept_survey.py) until it changes."""

from apps.core import stamps

STAMP = "survey-pages"


def changed() -> None:
    """Say, after the present transaction, that such a page shows something else now.

    Whoever changes a survey period, a service, a counter or the state of attack calls it. One stamp for all: an office
    changes these a few times a day, and a page is made anew in a few milliseconds.
    """
    stamps.bump(STAMP)
