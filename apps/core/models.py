"""What every app leans on: audit, outbox, jobs, policy values, holidays, files, notifications.

`scope` is the code of a government (`kendari`), or empty for what holds everywhere. Core is the leaf of the import
order, so it knows governments only by this code.
"""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from .labels import JobStatus


class AuditEntry(models.Model):
    """One thing that happened. Append-only; sealed into the chain of its scope when the transaction commits.

    `seq`, `previous_hash` and `hash` are written by a deferred trigger (migrations 0003 and 0006), so that the lock of
    the chain is held only during the commit itself. The table is in parts by a column `year` that
    Django does not know. No names and no NIP here: `target` and `actor` are ids.
    """

    scope = models.SlugField(max_length=40, blank=True, db_index=False)
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    actor = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=60)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    seq = models.BigIntegerField(null=True, editable=False)
    previous_hash = models.CharField(max_length=64, null=True, editable=False)
    hash = models.CharField(max_length=64, null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "seq"], name="audit_one_entry_per_place_in_chain"),
        ]
        indexes = [
            # "What happened to this record?" on the history panel of a page.
            models.Index(fields=["target_type", "target_id", "-id"], name="audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.scope}#{self.seq} {self.action}"


class AuditHead(models.Model):
    """The newest link of each chain; its row lock gives the chain its order."""

    scope = models.SlugField(max_length=40, primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.scope}#{self.seq}"


class AuditAnchor(models.Model):
    """A head that was noted outside the database: for which hour, and in which file (apps/core/audit_anchors.py)."""

    hour = models.DateTimeField()
    scope = models.SlugField(max_length=40, blank=True, db_index=False)
    seq = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    written_to = models.CharField(max_length=400)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hour", "scope"], name="audit_anchor_once_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.scope}#{self.seq} {self.hour:%Y-%m-%d %H:%M}"


class OutboxMessage(models.Model):
    """A piece of work promised in the same transaction as its cause. Redis only rings; this row is the truth.

    In the database the primary key is (id, scope). What was finished long ago stands in `OutboxArchive`.
    """

    scope = models.SlugField(max_length=40, blank=True, db_index=False)
    task = models.CharField(max_length=100)
    kwargs = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    key = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The relay's question: what is unfinished and due?
            models.Index(
                fields=["ready_at", "id"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="outbox_unfinished",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key", "scope"], name="outbox_key_once_in_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.task}#{self.pk}"


class OutboxArchive(models.Model):
    """A promise that was kept long ago, in parts by year (outbox_archive.py). Its key is still taken.

    The id is the one it had as an `OutboxMessage`. In the database the primary key is (id, scope, done_on).
    """

    scope = models.SlugField(max_length=40, blank=True, db_index=False)
    task = models.CharField(max_length=100)
    kwargs = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    key = models.CharField(max_length=200, null=True)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField()
    last_error = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField()
    # The day of `done_at` in UTC: the years of the parts go by it.
    done_on = models.DateField()

    class Meta:
        indexes = [
            # Was this ever promised?
            models.Index(
                fields=["key", "scope"], condition=Q(key__isnull=False), name="outbox_archive_by_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}#{self.pk}"


class Job(models.Model):
    """Long work somebody waits for: progress, cancel, result with an expiry, one page for all kinds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.SlugField(max_length=40, blank=True)
    kind = models.CharField(max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    status = models.CharField(max_length=12, default=JobStatus.QUEUED.value, choices=JobStatus.choices)
    done_steps = models.PositiveIntegerField(default=0)
    total_steps = models.PositiveIntegerField(null=True)
    cancel_requested = models.BooleanField(default=False)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    result_file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    result_name = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in JobStatus]), name="job_status_is_a_known_one"
            ),
            models.CheckConstraint(
                condition=Q(total_steps__isnull=True) | Q(done_steps__lte=F("total_steps")),
                name="job_done_never_exceeds_total",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-created_at"], name="job_by_owner")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def percent(self) -> int | None:
        """Whole percent done, or None while the amount of work is unknown."""
        if self.status == JobStatus.DONE.value:
            return 100
        if not self.total_steps:
            return None
        return self.done_steps * 100 // self.total_steps

    @property
    def is_finished(self) -> bool:
        """Whether nothing will change any more."""
        return JobStatus(self.status).is_finished


class PolicyValue(models.Model):
    """A setting with a validity date: what the law leaves to the agency, or what our sources leave unverified.

    Definitions (key, type, default, why) are code, see `apps.core.policy`. Rows never overlap and are not edited
    after they began to hold: a change is a new row from a date.
    """

    scope = models.SlugField(max_length=40, blank=True, db_index=False)
    key = models.CharField(max_length=80)
    value = models.JSONField()
    valid_from = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key", "valid_from"], name="policy_one_value_per_key_and_first_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope or '*'} {self.key} from {self.valid_from}"


class Holiday(models.Model):
    """A day nobody works: national, joint leave (cuti bersama) or local."""

    scope = models.SlugField(max_length=40, blank=True, db_index=False)
    date = models.DateField()
    name = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "date"], name="holiday_once_per_scope_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class StoredFile(models.Model):
    """Bytes on disk under their SHA-256. Rows of other apps point here and decide who may read them."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]


class Notification(models.Model):
    """A sentence for one person inside the application. `text` is a message id with named placeholders."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,
    )
    text = models.CharField(max_length=300)
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=200, null=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # The bell on every page counts these.
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="notification_unread"),
            models.Index(fields=["recipient", "-id"], name="notification_newest"),
        ]

    def __str__(self) -> str:
        return f"notification {self.pk}"


class SubmissionKey(models.Model):
    """One filled-in form. The key is made when the form is shown; a second arrival gets the first receipt."""

    key = models.UUIDField(primary_key=True)
    purpose = models.CharField(max_length=80)
    location = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class Sequence(models.Model):
    """A gap-free counter for numbers people read aloud (receipts, tracking numbers)."""

    name = models.CharField(max_length=100, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"


class DailyCheck(models.Model):
    """What a daily check found: how many stored figures differ from their sources. One row per check and day."""

    name = models.CharField(max_length=100)
    day = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    differences = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "day"], name="daily_check_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"
