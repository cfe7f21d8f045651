"""Pages of core: health, jobs, notifications, live stamps, language."""

from uuid import UUID

import redis
from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import files, heartbeat, long_jobs, notify, stamps
from .held_forms import login_required
from .labels import JOB_TONES, JobStatus
from .models import Job, Notification
from .redis import client

PAGE_SIZE = 25


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: database, migrations, Redis, worker and beat, each by name; 503 while one of them is not."""
    checks = {
        "database": _database_answers(),
        "redis": _redis_answers(),
        "worker": heartbeat.is_alive("worker"),
        "beat": heartbeat.is_alive("beat"),
    }
    checks["migrations"] = checks["database"] and _migrations_are_applied()
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return False
    return True


def _migrations_are_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis_answers() -> bool:
    try:
        return bool(client().ping())
    except redis.RedisError:
        return False


@login_required
def job_list(request: HttpRequest) -> HttpResponse:
    """My jobs, newest first."""
    jobs = Job.objects.filter(owner=request.user).order_by("-created_at", "id")
    page = Paginator(jobs, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [
        {"job": job, "title": long_jobs.title_of(job), "tone": JOB_TONES[job.status]}
        for job in page.object_list
    ]
    return render(request, "core/job_list.html", {"page": page, "rows": rows})


@login_required
def job_detail(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One job of mine: progress, result, cancel. The fragment alone is what the live refresh asks for."""
    job = get_object_or_404(Job, pk=job_id, owner=request.user)
    panel = {
        "title": long_jobs.title_of(job),
        "status": job.status,
        "status_label": job.get_status_display(),
        "tone": JOB_TONES[job.status],
        "done": job.done_steps,
        "total": job.total_steps or 1,
        "is_finished": job.is_finished,
        "figures": long_jobs.figures_of(job),
        "next_url": job.result.get("next_url", "") if job.is_finished else "",
    }
    is_fragment = request.GET.get("bagian") == "panel"
    template = "core/_job_panel.html" if is_fragment else "core/job_detail.html"
    return render(request, template, {"job": job, "panel": panel})


@login_required
@require_GET
def job_stamp(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Whether the panel of a job has changed; 204 once nothing will change any more."""
    job = get_object_or_404(Job, pk=job_id, owner=request.user)
    value = f'"{job.status}-{job.done_steps}"'
    if request.headers.get("If-None-Match") == value:
        return HttpResponse(status=204 if job.is_finished else 304, headers={"ETag": value})
    return HttpResponse(value, headers={"ETag": value, "Cache-Control": "private, no-cache"})


@login_required
@require_POST
def job_cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Ask a job of mine to stop."""
    job = get_object_or_404(Job, pk=job_id, owner=request.user)
    long_jobs.request_cancel(job, by=request.user)
    messages.info(request, _("The job stops at its next step."))
    return redirect("core:job-detail", job_id=job.pk)


@login_required
@require_GET
def job_result(request: HttpRequest, job_id: UUID) -> HttpResponseBase:
    """The result file of a job of mine, until it expires."""
    job = get_object_or_404(Job, pk=job_id, owner=request.user, status=JobStatus.DONE.value)
    if job.result_file is None or (job.expires_at and job.expires_at < timezone.now()):
        raise Http404
    return files.response(job.result_file, job.result_name)


@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    """My notifications, newest first; seeing them marks them as read."""
    mine = Notification.objects.filter(recipient=request.user).order_by("-id")
    page = Paginator(mine, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"notification": row, "sentence": notify.sentence(row)} for row in page.object_list]
    response = render(request, "core/notification_list.html", {"page": page, "rows": rows})
    mine.filter(read_at__isnull=True, pk__in=[row.pk for row in page.object_list]).update(
        read_at=timezone.now()
    )
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose Indonesian or English, and come back."""
    language = request.POST.get("language", "id")
    target = request.POST.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    response = redirect(target)
    if language in {"id", "en"}:
        response.set_cookie(
            "django_language", language, max_age=365 * 24 * 3600, samesite="Lax", httponly=True
        )
    return response


@require_GET
def live_stamp(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a live screen's question: 304 while nothing changed, 200 with the new stamp otherwise.

    One Redis read and no query. The signed token names what the screen shows; an answer says only that something
    changed, never what, so no session is needed.
    """
    try:
        value = f'"{stamps.current(*stamps.names_of(token))}"'
    except signing.BadSignature:
        return HttpResponse(status=204)  # live.js stops asking
    except redis.RedisError:
        return HttpResponse(status=503)
    headers = {"ETag": value, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == value:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(value, headers=headers)
