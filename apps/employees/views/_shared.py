"""What several pages need: the day, the government, a form that may come back after signing in."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone

from apps.core import held_forms
from apps.core.localtime import local_date

from .. import selectors
from ..models import Employee, Government

PAGE_SIZE = 25


def government_or_404(request: HttpRequest) -> Government:
    """Return the government of the user.

    :raises Http404: for an operator who belongs to none.
    """
    government = selectors.government_of(request.user)
    if government is None:
        raise Http404
    return government


def today(government: Government) -> date:
    """Return the calendar day there."""
    return local_date(timezone.now(), government.timezone)


def sent_data(request: HttpRequest) -> QueryDict | None:
    """Return what was posted, or what was held while the person signed in again, or None."""
    return request.POST if request.method == "POST" else held_forms.take(request)


def found_people(
    data: Any, government: Government, day: date, *, without: Employee | None = None
) -> list[Employee]:
    """Return the answers for the search in a form; the chosen one stays among them.

    :param without: who cannot be the answer: the person it is about.
    """
    if not data:
        return []
    people = selectors.directory(government, data.get("query", ""), day)
    chosen = data.get("person", "")
    if chosen.isdigit() and all(str(person.pk) != chosen for person in people):
        one = Employee.objects.filter(government=government, is_active=True, pk=int(chosen))
        people = [*selectors.with_place(one, day), *people]
    return [person for person in people if person != without]
