"""The nightly check of the audit chains: whoever runs the installation hears of a flaw, and the mailbox outside too."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone
from django.utils.translation import gettext_noop

from . import audit_anchors, audit_check, jobs
from .operations.alarms import raise_alarm
from .operations.daily_checks import last_due_day

_BROKEN = gettext_noop(
    "The audit trail %(chain)s has been changed: %(flaws)s places do not fit, the first is entry %(seq)s. "
    "Run verify_audit and keep the database as it is."
)
_ANCHORS_BROKEN = gettext_noop(
    "The anchors of the audit trail have been changed or shortened: %(flaws)s places. Run verify_audit."
)
_UNWRITABLE = gettext_noop(
    "The heads of the audit trail cannot be noted in AUDIT_ANCHOR_DIR (%(error)s). It is tried again every minute."
)


def check() -> int:
    """Check all chains and the anchors; tell of each chain that is broken, and return the number of flaws."""
    noted = audit_anchors.read_folder(settings.AUDIT_ANCHOR_DIR)
    flaws = [*noted.flaws, *audit_anchors.missing_from(noted)]
    reports = [report for report in audit_check.verify(noted.anchors) if not report.is_valid]
    day = last_due_day(timezone.now())
    for report in reports:
        raise_alarm(
            _BROKEN,
            key=f"audit-broken:{day}:{report.scope}",
            chain=report.scope or "-",
            flaws=report.flaws,
            seq=report.broken_seq,
        )
    if flaws:
        raise_alarm(_ANCHORS_BROKEN, key=f"anchors-broken:{day}", flaws=len(flaws))
    told = [f"{r.scope or '-'}: {finding}" for r in reports for finding in r.findings] + flaws
    if told and settings.AUDIT_ANCHOR_MAIL:
        jobs.enqueue("core.mail_audit_alarm", key=f"audit-alarm:{day}", lines=told[:100])
    return sum(report.flaws for report in reports) + len(flaws)


def tell_unwritable(error: OSError, *, now: datetime) -> None:
    """Tell once a day that the folder of the anchors is full, gone or closed to us."""
    raise_alarm(
        _UNWRITABLE, key=f"anchors-unwritable:{now:%Y-%m-%d}", error=error.strerror or type(error).__name__
    )


@jobs.handler("core.mail_audit_alarm", atomic=False)
def mail_alarm(*, lines: list[str], **_: object) -> None:
    """Write to the mailbox of the anchors, which is not the administrators'."""
    send_mail("Jejak audit berubah", "\n".join([*lines, ""]), None, settings.AUDIT_ANCHOR_MAIL)
