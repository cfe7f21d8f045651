"""Paper batches for tests: opened, scanned, typed and checked."""

import io
from typing import Any

from django.utils import timezone
from PIL import Image

from apps.feedback.models import PaperBatch
from apps.feedback.services import paper
from tests.feedback.helpers import UNSUR, today_of


def scan() -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((60, 80)).save(out, "PNG")
    return out.getvalue()


def open_batch(world: Any, service: Any, sheets: int = 3, **fields: Any) -> PaperBatch:
    """Open a batch of today at the service's counter, with a scan."""
    values = {
        "survey_period": service.survey_periods.get(),
        "point": service.points.get(),
        "place": "",
        "collected_by": "Petugas magang",
        "collected_on": today_of(service),
        "sheet_count": sheets,
        "by": world.head.user,
        "at": timezone.now(),
        **fields,
    }
    batch = paper.open_batch(**values)
    paper.add_scan(
        batch_id=batch.pk, upload_name="lembar.png", content=scan(), by=world.head.user, at=timezone.now()
    )
    return batch


def sheet(number: int, value: int = 3, **fields: Any) -> paper.Sheet:
    """Return a sheet with the same answer everywhere."""
    values = {"answers": dict.fromkeys(UNSUR, value), "attributes": {}, **fields}
    return paper.Sheet(number=number, **values)


def typed(world: Any, service: Any, sheets: int = 3, **fields: Any) -> PaperBatch:
    """Return a batch whose sheets are all typed and drawn for the check."""
    batch = open_batch(world, service, sheets, **fields)
    rows = [sheet(number) for number in range(1, sheets + 1)]
    paper.type_sheets(batch_id=batch.pk, sheets=rows, by=world.head.user, at=timezone.now())
    return paper.finish_typing(batch_id=batch.pk, by=world.head.user, at=timezone.now())


def read_again(batch: PaperBatch, by: Any, value: int = 3) -> None:
    """Let a second person read every drawn sheet."""
    for row in batch.rows.filter(is_sampled=True, checked_by=None):
        paper.check_sheet(
            batch_id=batch.pk,
            number=row.number,
            answers=dict.fromkeys(UNSUR, value),
            is_unusable=False,
            by=by,
            at=timezone.now(),
        )


def closed(world: Any, service: Any, sheets: int = 3) -> PaperBatch:
    """Return a batch that counts."""
    batch = typed(world, service, sheets)
    read_again(batch, world.agency_head.user)
    return paper.close_batch(batch_id=batch.pk, by=world.agency_head.user, at=timezone.now())
