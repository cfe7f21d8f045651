"""What the tests of feedback share."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from apps.core.localtime import local_date
from apps.core.policy import set_value
from apps.feedback.models import Service, SurveyPeriod
from apps.feedback.services import arrivals, complaints, results, surveys

UNSUR = (
    "persyaratan",
    "prosedur",
    "waktu",
    "biaya",
    "produk",
    "kompetensi",
    "perilaku",
    "pengaduan",
    "sarana",
)
AT = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)


def restore_questionnaire() -> None:
    """Put the national questionnaire back: a transactional test empties all tables."""
    module = import_module("apps.feedback.migrations.0002_national_questionnaire")

    class Editor:
        pass

    Editor.connection = connection
    module.add_questionnaire(apps, Editor)
    later = import_module("apps.feedback.migrations.0007_questionnaires")
    later.settle(apps, Editor)
    later.add_history(apps, Editor)


def today_of(service: Service) -> date:
    return local_date(timezone.now(), service.unit.government.timezone)


def open_now(service: Service, **fields: Any) -> SurveyPeriod:
    """Open a survey period around today."""
    today = today_of(service)
    return surveys.open_survey_period(
        service=service,
        code="kini",
        label="Semester ini",
        starts_on=today - timedelta(days=20),
        ends_on=today + timedelta(days=20),
        by=None,
        at=timezone.now(),
        **fields,
    )


def answer(service: Service, values: dict[str, int] | None = None, **fields: Any) -> Any:
    """Record one response now."""
    defaults = {
        "point": None,
        "answers": values or dict.fromkeys(UNSUR, 3),
        "attributes": {},
        "remark": "",
        "channel": "qr",
        "at": timezone.now(),
    }
    if fields.pop("is_suspicious", False):
        # Two signals of different families: held back at once.
        fields["arrival"] = arrivals.Arrival(frozenset({"too_fast", "hours"}))
    return surveys.record_response(service=service, **{**defaults, **fields})


def answers(service: Service, n: int, period: SurveyPeriod, value: int = 3) -> None:
    """Record n equal responses and refresh the result."""
    for _ in range(n):
        answer(service, dict.fromkeys(UNSUR, value))
    results.refresh_result(survey_period_id=period.pk, at=timezone.now())


def publish_at_once(step: int = 0) -> None:
    """Let public figures move with every answer, or in steps of some answers."""
    set_value("feedback.publish_step", step, scope="", valid_from=date(2020, 1, 1), by=None, reason="uji")


def no_minimum_time(scope: str = "") -> None:
    """Let a test fill in a form at once."""
    set_value(
        "feedback.minimum_fill_seconds", 0, scope=scope, valid_from=date(2020, 1, 1), by=None, reason="uji"
    )


def complain(unit: Any, **fields: Any) -> Any:
    """File a complaint at AT; returns it with its secret word."""
    defaults = {
        "service": None,
        "kind": "tidak_berkadar_pengawasan",
        "subject": "Antrean dilewati",
        "body": "Nomor antrean saya dilewati dua kali.",
        "is_anonymous": True,
        "is_secret": False,
        "contact": None,
        "at": AT,
    }
    return complaints.file_complaint(unit=unit, **{**defaults, **fields})
