"""Signing in and out, the first sign-in, and one's own account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.held_forms import SESSION_KEY as HELD_FORM
from apps.core.held_forms import login_required

from . import selectors, services
from .forms import ActivationForm, LanguageForm, PasswordChangeForm, SignInForm
from .models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600


def _next(request: HttpRequest) -> str:
    """Return where to go afterwards, if it is an address of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours else ""


def _enter(request: HttpRequest, user: User, *, is_shared: bool) -> HttpResponse:
    """Open the session and go on; the session key changes (threat T14)."""
    login(request, user, backend=BACKEND)
    if is_shared:
        request.session.set_expiry(0)
    response = redirect(_next(request) or "home")
    _remember_language(response, user.language)
    return response


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        "django_language", language, max_age=LANGUAGE_COOKIE_AGE, samesite="Lax", httponly=True
    )


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by NIP or e-mail. The answer to a wrong name and to a wrong password is the same."""
    if request.user.is_authenticated and request.method == "GET":
        return redirect(_next(request) or "home")
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user = authenticate(
            request,
            username=selectors.canonical_login(form.cleaned_data["username"]),
            password=form.cleaned_data["password"],
        )
        if isinstance(user, User):
            return _enter(request, user, is_shared=form.cleaned_data["shared"])
        form.add_error(
            None, _("This NIP or e-mail and this password do not belong together. Check both and try again.")
        )
    context = {"form": form, "next": _next(request), "is_text_held": HELD_FORM in request.session}
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; the session is gone on the server too."""
    logout(request)
    messages.success(request, _("You are signed out."))
    response = redirect("accounts:sign-in")
    # On a shared phone nothing of the last person may stay (A15).
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@sensitive_post_parameters("password", "password_again", "code")
@never_cache
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """First sign-in, or a forgotten password: the code of the slip becomes a password of one's own."""
    form = ActivationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.activate(
                login=form.cleaned_data["login"],
                code=form.cleaned_data["code"],
                password=form.cleaned_data["password"],
                at=timezone.now(),
            )
        except services.ActivationRefused:
            form.add_error(
                None,
                _(
                    "This NIP and this code do not belong together, or the code is too old or was tried too often. "
                    "Check both; if it still fails, ask your personnel office for a new code."
                ),
            )
        except ValidationError as error:
            form.add_error("password", error)
        else:
            response = _enter(request, user, is_shared=False)
            messages.success(request, _("Your password is set. From now on you sign in with it."))
            return response
    return render(request, "accounts/activate.html", {"form": form}, status=422 if form.errors else 200)


def _account_page(request: HttpRequest, status: int = 200, **forms: Any) -> HttpResponse:
    user = request.user
    assert isinstance(user, User)
    context = {
        "language_form": forms.get("language_form") or LanguageForm(initial={"language": user.language}),
        "form": forms.get("language_form"),
    }
    return render(request, "accounts/account.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """My account: language, password, sessions."""
    if request.method == "GET":
        return _account_page(request)
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _account_page(request, status=422, language_form=form)
    language = form.cleaned_data["language"]
    assert isinstance(request.user, User)
    services.set_language(user=request.user, language=language)
    response = redirect("accounts:account")
    _remember_language(response, language)
    return response


@sensitive_post_parameters("current", "password", "password_again")
@login_required
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change my password; my other sessions end."""
    user = request.user
    assert isinstance(user, User)
    form = PasswordChangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        # Guessing here is limited like signing in: the same lock counts it.
        known = authenticate(request, username=user.login, password=form.cleaned_data["current"])
        if known is None:
            form.add_error("current", _("This is not your present password."))
        else:
            try:
                services.change_password(user=user, password=form.cleaned_data["password"], by=user)
            except ValidationError as error:
                form.add_error("password", error)
            else:
                update_session_auth_hash(request, user)
                messages.success(request, _("Your password is changed. Other devices have been signed out."))
                return redirect("accounts:account")
    return render(request, "accounts/password.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End my sessions on all other devices."""
    assert isinstance(request.user, User)
    services.sign_out_everywhere(user=request.user, by=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("All other devices have been signed out."))
    return redirect("accounts:account")
