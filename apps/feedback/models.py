"""What the public says: services, survey answers and their index, complaints.

No identity stands in a survey answer. A complaint's contact lies in a table of its own that most screens
never join.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from . import querysets
from .labels import (
    AgeBand,
    Channel,
    ComplaintKind,
    ComplaintStatusChoices,
    Education,
    Occupation,
    RejectReason,
    Sex,
    Tier,
)


class Service(models.Model):
    """A public service of a unit."""

    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="services")
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    complaint_promise = models.CharField(max_length=200, blank=True)

    objects = querysets.ServiceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class ServicePoint(models.Model):
    """A counter with its QR code. The code is random: it says nothing and is printed on paper."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="points")
    code = models.SlugField(max_length=16, unique=True)
    label = models.CharField(max_length=100)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.label


class ServiceCount(models.Model):
    """How many services were delivered in a month; feeds indicators and the response rate."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="counts")
    month = models.DateField(help_text="first day of the month")
    count = models.PositiveIntegerField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "month"], name="service_count_once_per_month")
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.month:%Y-%m}"


class Questionnaire(models.Model):
    """A version of the survey form, as data (regime, unsur, labels, weights)."""

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, null=True, related_name="+"
    )
    regime = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["government", "regime", "version"],
                name="questionnaire_version_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.regime} v{self.version}"


class Unsur(models.Model):
    """An element of service quality: known by its code, never by its position (order trap, section 1.2)."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="unsur")
    code = models.SlugField(max_length=30)
    number = models.PositiveSmallIntegerField(help_text="U1, U2, ... as printed")
    name = models.CharField(max_length=100)
    question = models.CharField(max_length=300)
    labels = models.JSONField(help_text="words for the answers 1 to 4")
    weight_numerator = models.PositiveIntegerField(default=1)
    weight_denominator = models.PositiveIntegerField(default=9)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "code"], name="unsur_code_once")]

    def __str__(self) -> str:
        return f"U{self.number} {self.name}"


class SurveyPeriod(models.Model):
    """A span of days in which a service is surveyed with one questionnaire."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="survey_periods")
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=20, help_text="2026-s1, 2026-q3, ...")
    label = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    population = models.PositiveIntegerField(null=True, help_text="people served, for the sample size")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="survey_period_once_per_service"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="survey_period_has_days"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Response(models.Model):
    """One person's answers. The time is kept to the hour, so that counter staff cannot match a customer
    (3.2).
    """

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="responses")
    survey_period = models.ForeignKey(SurveyPeriod, on_delete=models.PROTECT, related_name="responses")
    point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    tier = models.CharField(max_length=14, choices=Tier.choices, default=Tier.OPEN.value)
    hour = models.DateTimeField()
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    age_band = models.CharField(max_length=5, choices=AgeBand.choices, blank=True)
    education = models.CharField(max_length=10, choices=Education.choices, blank=True)
    occupation = models.CharField(max_length=10, choices=Occupation.choices, blank=True)
    remark = models.TextField(blank=True)
    import_key = models.CharField(
        max_length=100, null=True, unique=True, help_text="makes a re-import harmless"
    )
    is_quarantined = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["survey_period"], name="response_by_period")]

    def __str__(self) -> str:
        return f"response {self.pk}"


class Answer(models.Model):
    """The answer (1 to 4) to one unsur."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    unsur = models.ForeignKey(Unsur, on_delete=models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "unsur"], name="answer_once_per_unsur"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=4), name="answer_is_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.unsur_id}={self.value}"


class IkmResult(models.Model):
    """A computed index with everything it was made of; refreshed while the period runs, fixed when
    published.
    """

    survey_period = models.OneToOneField(SurveyPeriod, on_delete=models.PROTECT, related_name="result")
    n = models.PositiveIntegerField()
    nrr = models.JSONField(help_text="{unsur code: average to 4 places as text}")
    ikm = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    service_grade = models.CharField(max_length=1, blank=True)
    weakest_unsur = models.CharField(max_length=30, blank=True)
    interval_low = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    interval_high = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    regime = models.CharField(max_length=20)
    rule_version = models.CharField(max_length=40)
    computed_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"IKM {self.ikm} (n={self.n})"


class PublishedSkm(models.Model):
    """An older result as an office published it, beside what its averages give when recomputed. Never
    overwritten.
    """

    government = models.ForeignKey(
        "employees.Government", on_delete=models.PROTECT, null=True, related_name="+"
    )
    office = models.CharField(max_length=200)
    region = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField(null=True)
    period = models.CharField(max_length=120)
    respondents = models.PositiveIntegerField(null=True)
    regime = models.CharField(max_length=20)
    averages = models.JSONField(default=dict)
    # Three decimals: some offices print 76,475, and what was printed is kept as printed.
    published_ikm = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    published_grade = models.CharField(max_length=4, blank=True)
    recomputed_ikm = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    recomputed_long = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    recomputed_short = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    recomputed_grade = models.CharField(max_length=1, blank=True)
    difference = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    explanation = models.CharField(max_length=30)
    note = models.TextField(blank=True, help_text="what whoever collected the result remarked")
    source = models.CharField(max_length=400)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "region", "year", "period", "source"],
                name="published_skm_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.period}"


class Complaint(models.Model):
    """A report by a citizen. An allegation until decided (3.2); clocks per kind are policy values."""

    government = models.ForeignKey("employees.Government", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, related_name="complaints")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="complaints")
    number = models.CharField(max_length=40, unique=True)
    secret_hash = models.CharField(max_length=128)
    kind = models.CharField(max_length=30, choices=ComplaintKind.choices)
    subject = models.CharField(max_length=150)
    body = models.TextField()
    is_anonymous = models.BooleanField(default=True, help_text="the reported unit does not see who reported")
    is_secret = models.BooleanField(default=False, help_text="the content is not open to the public")
    status = models.CharField(
        max_length=20, choices=ComplaintStatusChoices.choices, default=ComplaintStatusChoices.RECEIVED.value
    )
    received_at = models.DateTimeField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reply_by = models.DateField(
        null=True, help_text="last day for the reporter's turn; then it closes by itself"
    )
    escalated_at = models.DateTimeField(
        null=True, help_text="when this clock's overdue notice went up the tree"
    )
    is_quarantined = models.BooleanField(default=False, help_text="looks like spam; waits for a person")
    lapor_number = models.CharField(max_length=40, blank=True)

    objects = querysets.ComplaintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=[s.value for s in ComplaintStatusChoices]),
                name="complaint_status_is_a_known_one",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["incomplete", "answered"]) ^ Q(reply_by__isnull=True),
                name="complaint_reply_by_iff_the_reporter_is_next",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["confirmed_solved", "closed_no_reply", "rejected"])
                ^ Q(closed_at__isnull=True),
                name="complaint_closed_at_iff_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due_on"], name="complaint_by_unit"),
            # The schedule asks every half minute.
            models.Index(
                fields=["due_on"], condition=Q(closed_at__isnull=True), name="complaint_open_by_due"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ComplaintContact(models.Model):
    """How to reach the reporter; only when they wished it, opened with a reason, every opening is logged."""

    complaint = models.OneToOneField(Complaint, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return f"contact of complaint {self.complaint_id}"


class ComplaintEvent(models.Model):
    """A step or message on a complaint. Public ones are what the reporter sees."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="events")
    action = models.CharField(max_length=20)
    status_after = models.CharField(max_length=20, choices=ComplaintStatusChoices.choices)
    text = models.TextField(blank=True)
    reason_code = models.CharField(max_length=20, choices=RejectReason.choices, blank=True)
    to_unit = models.ForeignKey("employees.WorkUnit", on_delete=models.PROTECT, null=True, related_name="+")
    is_public = models.BooleanField(default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.action} on complaint {self.complaint_id}"
