"""A form sent after the session ended is held until its owner has signed in again, so that no typed text is lost.

The text lies in the anonymous session of that browser (in our database, not on the phone), for the person named in the
form's signed owner field, and for an hour. After signing in, the same page shows it again: nothing is sent without
another click.
"""

import time
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from . import kept, stamps

SALT = "held-form-owner"
OWNER_FIELD = "_owner"
SESSION_KEY = "held_form"
KEEP_SECONDS = 3600
MAX_CHARACTERS = 200_000


def sign_in_redirect(request: HttpRequest) -> HttpResponse:
    """Send an anonymous visitor to the sign-in page; hold what they just sent."""
    back_to = request.get_full_path()
    if request.method == "POST":
        body = request.POST.urlencode()
        if len(body) <= MAX_CHARACTERS and request.POST.get(OWNER_FIELD):
            request.session[SESSION_KEY] = {"path": request.path, "body": body, "at": int(time.time())}
        # The address of an action may refuse GET; the page it was on is where the text belongs.
        back_to = request.POST.get("_page") or back_to
    query = urlencode({"next": back_to})
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")


def take(request: HttpRequest, *, path: str | None = None) -> QueryDict | None:
    """Return what this person sent to this page before signing in again, once; None if there is nothing.

    Call it on GET; give the result to the form as if it had been posted, and show the page for another look.
    """
    held = request.session.get(SESSION_KEY)
    if not held or held["path"] != (path or request.path):
        return None
    del request.session[SESSION_KEY]
    data = QueryDict(held["body"])
    if time.time() - held["at"] > KEEP_SECONDS:
        return None
    try:
        owner = signing.loads(data.get(OWNER_FIELD, ""), salt=SALT, max_age=7 * 24 * 3600)
    except signing.BadSignature:
        return None
    if owner != request.user.pk:
        return None
    request.held_form = data  # type: ignore[attr-defined]
    messages.info(request, _("You had been signed out. Your text is still here: check it and send it again."))
    return data


def login_required(view: Any) -> Any:
    """Demand a signed-in user; like Django's decorator, but a posted form is held instead of lost."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return sign_in_redirect(request)
        stamps_of_who = (f"user:{request.user.pk}", kept.deeds_of(request.user))
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            # Whoever did something sees it on the next page, also where that page is kept (kept.py).
            stamps.bump_now(*stamps_of_who)
        return response

    return guarded


def typed_text(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was typed into a form that could not be accepted, to be shown again; never a password."""
    return [
        (name, value)
        for name in request.POST
        if not name.startswith("_") and name != "csrfmiddlewaretoken" and "password" not in name
        for value in request.POST.getlist(name)
        if value.strip()
    ]
