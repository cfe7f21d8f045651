"""Pages of supervision."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.core.held_forms import login_required


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """What I owe, by when."""
    return render(request, "supervision/home.html")
