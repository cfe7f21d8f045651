"""What is stored about a report, for its reporter; and remarks on their way to the public."""

from typing import Any

from django.db.models import QuerySet

from ..models import Complaint, PublicRemark, Response, Service
from .surveys import readable_responses


def stored_about(complaint: Complaint) -> dict[str, Any]:
    """Return everything stored about a report that its reporter may have: all of it but internal notes."""
    contact = getattr(complaint, "contact", None)
    service = complaint.service
    return {
        "number": complaint.number,
        "unit": complaint.unit.name,
        "service": service.name if service else None,
        "kind": complaint.kind,
        "subject": complaint.subject,
        "body": complaint.body,
        "place": complaint.place,
        "latitude": str(complaint.latitude) if complaint.latitude is not None else None,
        "longitude": str(complaint.longitude) if complaint.longitude is not None else None,
        "is_anonymous": complaint.is_anonymous,
        "is_secret": complaint.is_secret,
        "status": complaint.status,
        "channel": complaint.channel,
        "received_at": complaint.received_at.isoformat(),
        "closed_at": complaint.closed_at.isoformat() if complaint.closed_at else None,
        "contact": {"name": contact.name, "phone": contact.phone, "email": contact.email}
        if contact
        else None,
        "messages": [
            {"at": event.at.isoformat(), "step": event.action, "text": event.text}
            for event in complaint.events.filter(is_public=True).order_by("at", "id")
        ],
        "files": [
            {"name": row.name, "added_at": row.added_at.isoformat(), "by_office": row.by_id is not None}
            for row in complaint.files.order_by("added_at", "id")
        ],
        "requests_about_data": [
            {
                "kind": row.kind,
                "text": row.text,
                "asked_at": row.asked_at.isoformat(),
                "answered_at": row.answered_at.isoformat() if row.answered_at else None,
                "answer": row.answer,
            }
            for row in complaint.rights_requests.order_by("asked_at", "id")
        ],
        "secret_word": "stored as a hash only",
    }


def remarks_to_read(service: Service, now: Any) -> QuerySet[Response]:
    """Return the remarks that nobody outside the unit has decided on, in an order that says nothing."""
    return readable_responses(service, now).filter(public_remark=None)


def public_remarks(service: Service, limit: int = 20) -> list[str]:
    """Return the remarks of a service that a person outside its unit released; nothing else is ever public."""
    rows = PublicRemark.objects.filter(
        response__service=service, response__is_quarantined=False, is_released=True
    )
    return [row.text for row in rows.order_by("-decided_at", "-pk")[:limit]]
