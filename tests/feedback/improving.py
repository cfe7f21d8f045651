"""What the tests of improvement plans and public meetings share."""

import io
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from apps.core.localtime import local_date
from apps.feedback.models import Consultation, ImprovementItem, SurveyPeriod
from apps.feedback.services import consultations, improvement, results, surveys
from tests.feedback.helpers import UNSUR, answer


def photo(color: tuple[int, int, int] = (20, 120, 60)) -> bytes:
    """Return a small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "JPEG")
    return out.getvalue()


def upload(name: str = "papan.jpg", content: bytes | None = None) -> Any:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, photo() if content is None else content, content_type="image/jpeg")


def day_of(world: Any, shift: int = 0) -> date:
    """Return a day of the government, counted from today."""
    return local_date(timezone.now(), world.government.timezone) + timedelta(days=shift)


def surveyed(
    service: Any, code: str, starts_on: date, ends_on: date, values: list[dict[str, int]]
) -> SurveyPeriod:
    """Open a period, answer in its middle and add it up."""
    period = surveys.open_survey_period(
        service=service,
        code=code,
        label=code,
        starts_on=starts_on,
        ends_on=ends_on,
        by=None,
        at=timezone.now(),
    )
    middle = starts_on + (ends_on - starts_on) / 2
    at = timezone.make_aware(datetime.combine(middle, datetime.min.time().replace(hour=12)))
    for row in values:
        answer(service, {**dict.fromkeys(UNSUR, 3), **row}, at=at)
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())
    return period


def item_of(world: Any, service: Any = None, **fields: Any) -> ImprovementItem:
    """Put an item on the plan, staff responsible."""
    values = {
        "origin": "own",
        "action": "Buka loket ketiga",
        "responsible": world.staff,
        "due_on": day_of(world, 30),
        "by": world.head.user,
        "at": timezone.now(),
    }
    if service is None:
        values["unit"] = world.unit
    return improvement.add_item(service=service, **{**values, **fields})


def reported(world: Any, item: ImprovementItem) -> ImprovementItem:
    """Begin, prove and report an item as its responsible person."""
    user, now = world.staff.user, timezone.now()
    improvement.start_item(item_id=item.pk, by=user, at=now)
    improvement.add_proof(
        item_id=item.pk, upload_name="loket.jpg", content=photo(), caption="", by=user, at=now
    )
    return improvement.report_item(item_id=item.pk, text="Loket dibuka.", by=user, at=now)


def done(world: Any, item: ImprovementItem) -> ImprovementItem:
    """Have an item done, checked by the head."""
    reported(world, item)
    return improvement.accept_item(item_id=item.pk, text="", by=world.head.user, at=timezone.now())


def meeting_of(world: Any, *, announced: bool = True, held: bool = False, **fields: Any) -> Consultation:
    """Prepare a meeting of the unit; if it is to be held already, move it into the past."""
    now = timezone.now()
    values = {
        "unit": world.unit,
        "service": None,
        "kind": "fkp",
        "title": "Forum standar pelayanan",
        "purpose": "Membahas standar pelayanan poli umum.",
        "starts_at": now + timedelta(days=10),
        "ends_at": now + timedelta(days=10, hours=2),
        "place": "Aula puskesmas",
        "how_to_join": "Terbuka untuk umum.",
        "accessibility": "Ada juru bahasa isyarat.",
        "contributions_until": day_of(world, 9),
        "agenda": ["Waktu tunggu", "Biaya"],
        "groups": ["Pedagang pasar", "Penyandang disabilitas"],
        "by": world.head.user,
        "at": now,
    }
    meeting = consultations.create_consultation(**{**values, **fields})
    if announced:
        meeting = consultations.announce(consultation_id=meeting.pk, by=world.head.user, at=now)
    if held:
        Consultation.objects.filter(pk=meeting.pk).update(
            starts_at=now - timedelta(days=1), ends_at=now - timedelta(hours=20)
        )
        meeting.refresh_from_db()
    return meeting


def point_of(world: Any, meeting: Consultation, text: str = "Antrean terlalu lama.") -> Any:
    """Write down a point."""
    return consultations.add_point(
        consultation_id=meeting.pk, text=text, group=None, by=world.head.user, at=timezone.now()
    )
