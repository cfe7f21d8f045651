"""What several tests of plans need."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from apps.indicators.models import Skp
from apps.indicators.rules.forms import BEHAVIOR_VALUES
from apps.indicators.services import skp as services

AT = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)


def begin(employee: Any, *, year: int = 2026) -> Skp:
    """Begin a plan."""
    return services.create_skp(employee=employee, year=year, by=employee, at=AT)


def fill(skp: Skp, *, text: str = "Meningkatnya mutu pelayanan") -> Any:
    """Add one complete main result."""
    by = skp.employee
    perspective = "penerima_layanan" if skp.layout == "jpt" else ""
    result = services.add_result(skp=skp, text=text, kind="utama", by=by, perspective=perspective)
    services.add_indicator(
        result=result,
        text="Jumlah pasien yang dilayani",
        aspect="kuantitas",
        target=Decimal("1250"),
        measure="pasien",
        direction="higher_is_better",
        source="reported",
        by=by,
    )
    return result


def complete(employee: Any) -> Skp:
    """Begin and fill a plan."""
    skp = begin(employee)
    fill(skp)
    return skp


def submitted(employee: Any) -> Skp:
    """Send a complete plan."""
    skp = complete(employee)
    return services.submit_skp(skp_id=skp.pk, by=employee, at=AT)


def indicator_data(**changes: Any) -> dict[str, Any]:
    """Return what a browser posts for an indicator."""
    return {
        "text": "Jumlah pasien yang dilayani",
        "aspect": "kuantitas",
        "target": "1.250",
        "measure": "pasien",
        "direction": "higher_is_better",
        "source": "reported",
    } | changes


def expectations(**changes: str) -> dict[str, str]:
    """Return what a browser posts for the seven values."""
    return {value.code: "" for value in BEHAVIOR_VALUES} | changes
