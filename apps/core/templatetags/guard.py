"""What every creating form carries: CSRF token, idempotency key, and whose form it is."""

import uuid

from django import template
from django.core import signing
from django.middleware.csrf import get_token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core import held_forms, idempotency

register = template.Library()


@register.simple_tag(takes_context=True)
def form_guard(context: Context) -> SafeString:
    """Return the hidden fields of a form.

    The key survives a redisplay after an error (the same form instance), and a form held over a sign-in.
    The signed owner lets `held_forms` hand a held text only to the person who typed it.
    """
    request = context["request"]
    held = getattr(request, "held_form", None)
    source = held if held is not None else (request.POST if request.method == "POST" else {})
    key = idempotency.key_of(source.get(idempotency.FIELD)) if source.get(idempotency.FIELD) else uuid.uuid4()
    user = getattr(request, "user", None)
    owner = signing.dumps(user.pk, salt=held_forms.SALT) if user is not None and user.is_authenticated else ""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="{}" value="{}">'
        '<input type="hidden" name="{}" value="{}">',
        # What a page hands in itself is a gap that it fills for each visitor (feedback/views/kept_survey.py).
        context.get("csrf_token") or get_token(request),
        idempotency.FIELD,
        key,
        held_forms.OWNER_FIELD,
        owner,
    )
