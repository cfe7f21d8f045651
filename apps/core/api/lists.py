"""Lists of the API: allowed filters only, pages by cursor, a limit per user.

A view names its model, `visible(user)` - the one query it may start from - and its filters:

    class EvaluationList(ListView):
        model = Evaluation
        serializer_class = EvaluationSerializer
        filters = (Filter("status", "status", choices=...), Filter("unit", "unit", kind="int"))

        def visible(self, user): return Evaluation.objects.visible_to(user).select_related(...)

A parameter that is not in the list is refused: a misspelt filter must not return everything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

_SCHEMA_TYPES = {"int": "integer", "bool": "boolean", "text": "string"}
_TRUE, _FALSE = {"true", "1"}, {"false", "0"}
_LARGEST = 2**63 - 1
_LONGEST = 80


class Throttle(ScopedRateThrottle):
    """A limit per user or address. A header of the caller's own making does not make a new caller."""

    def get_ident(self, request: Request) -> str:
        """Return the address; behind our own proxy the one it names last, which the caller cannot choose."""
        if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
            forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
            return str(forwarded).split(",")[-1].strip()
        return str(request.META.get("REMOTE_ADDR", ""))


class Pages(CursorPagination):
    """Pages by cursor: constant cost at any depth, and no row twice while rows are added."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-id"


@dataclass(frozen=True)
class Filter:
    """A parameter of a list: its name, the lookup it stands for (or a function), and what it takes."""

    name: str
    lookup: str | Callable[[QuerySet, Any], QuerySet]
    kind: str = "text"
    choices: tuple[str, ...] = ()
    help: str = ""

    def clean(self, text: str) -> Any:
        """Return the value of the parameter.

        :raises ValueError: if it does not fit.
        """
        if self.choices:
            if text not in self.choices:
                raise ValueError(f"one of: {', '.join(self.choices)}")
            return text
        if self.kind == "int":
            number = int(text) if text.isascii() and text.isdigit() else -1
            if not 0 <= number <= _LARGEST:
                raise ValueError("a whole number")
            return number
        if self.kind == "bool":
            if text.lower() not in _TRUE | _FALSE:
                raise ValueError("true or false")
            return text.lower() in _TRUE
        if len(text) > _LONGEST or "\x00" in text:
            raise ValueError(f"a text of at most {_LONGEST} characters")
        return text

    def apply(self, rows: QuerySet, value: Any) -> QuerySet:
        """Return the rows that fit."""
        return (
            rows.filter(**{self.lookup: value}) if isinstance(self.lookup, str) else self.lookup(rows, value)
        )


class AllowedFilters(BaseFilterBackend):
    """The filters of the view, and a refusal of everything else."""

    reserved = frozenset({"cursor", "page_size"})

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        """Apply what was asked.

        :raises ValidationError: for an unknown parameter or a value that does not fit.
        """
        known = {each.name: each for each in view.filters}
        errors: dict[str, list[str]] = {}
        for name in request.query_params:
            if name in self.reserved:
                continue
            if name not in known:
                errors[name] = [f"Unknown parameter. Known: {', '.join([*known, *sorted(self.reserved)])}."]
                continue
            text = request.query_params[name].strip()
            if not text:
                continue
            try:
                queryset = known[name].apply(queryset, known[name].clean(text))
            except ValueError as error:
                errors[name] = [f"Expected {error}."]
        if errors:
            raise ValidationError(errors)
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the filters in the schema."""
        return [
            {
                "name": each.name,
                "in": "query",
                "required": False,
                "description": each.help,
                "schema": {
                    "type": _SCHEMA_TYPES[each.kind],
                    **({"enum": list(each.choices)} if each.choices else {}),
                },
            }
            for each in view.filters
        ]


class _Visible:
    """Start from what the user may see, and from nothing else."""

    model: type[Model]
    throttle_classes = (Throttle,)
    throttle_scope = "api"
    filters: tuple[Filter, ...] = ()

    def visible(self, user: Any) -> QuerySet:
        """Return the rows this user may see, with what the answer needs of them."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet:
        """Return the visible rows; nothing while the schema is being written."""
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.visible(self.request.user)  # type: ignore[attr-defined]


class ListView(_Visible, generics.ListAPIView):
    """A list of visible rows."""

    pagination_class = Pages
    filter_backends = (AllowedFilters,)


class DetailView(_Visible, generics.RetrieveAPIView):
    """One visible row; an invisible one does not exist."""

    filter_backends = ()
