"""Trainings: what is offered in the user's government, and needs and certificates of visible people."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from apps.core.api.lists import Filter, ListView
from apps.core.api.schema import refusals

from ..labels import NeedStatus, ProgrammeKind
from ..models import Certificate, Programme, Session, TrainingNeed
from ..selectors import with_seats
from .serializers import CertificateSerializer, NeedSerializer, ProgrammeSerializer, SessionSerializer


@extend_schema(tags=["trainings"], responses={200: ProgrammeSerializer(many=True), **refusals(400, 403, 429)})
class ProgrammeList(ListView):
    """Programmes of the user's government."""

    model = Programme
    serializer_class = ProgrammeSerializer
    filters = (
        Filter("kind", "kind", choices=tuple(ProgrammeKind.values)),
        Filter("topic", "topics__code", help="Code of a topic."),
    )

    def visible(self, user: Any) -> QuerySet:
        """Return the programmes on offer."""
        return Programme.objects.visible_to(user).prefetch_related("topics")


@extend_schema(tags=["trainings"], responses={200: SessionSerializer(many=True), **refusals(400, 403, 429)})
class SessionList(ListView):
    """Sessions of those programmes, with the seats left."""

    model = Session
    serializer_class = SessionSerializer
    filters = (Filter("programme", "programme", kind="int"),)

    def visible(self, user: Any) -> QuerySet:
        """Return the sessions on offer."""
        return with_seats(Session.objects.visible_to(user).select_related("programme"))


@extend_schema(tags=["trainings"], responses={200: NeedSerializer(many=True), **refusals(400, 403, 429)})
class NeedList(ListView):
    """Training needs of visible people, with the reason as a code and its figures."""

    model = TrainingNeed
    serializer_class = NeedSerializer
    filters = (
        Filter("status", "status", choices=tuple(NeedStatus.values)),
        Filter("topic", "topic__code", help="Code of a topic."),
        Filter("employee", "employee", kind="int"),
    )

    def visible(self, user: Any) -> QuerySet:
        """Return the needs of visible people."""
        return TrainingNeed.objects.visible_to(user).select_related("employee", "topic")


@extend_schema(
    tags=["trainings"], responses={200: CertificateSerializer(many=True), **refusals(400, 403, 429)}
)
class CertificateList(ListView):
    """Certificates of visible people, without those that were refused."""

    model = Certificate
    serializer_class = CertificateSerializer
    filters = (
        Filter("employee", "employee", kind="int"),
        Filter("year", "ends_on__year", kind="int"),
        Filter(
            "is_verified",
            lambda rows, value: rows.filter(verified_at__isnull=not value),
            kind="bool",
        ),
    )

    def visible(self, user: Any) -> QuerySet:
        """Return the certificates of visible people."""
        return Certificate.objects.visible_to(user).filter(refused_at__isnull=True).select_related("employee")
