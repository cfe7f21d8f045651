"""A password must not be what everybody knows about its owner (ASVS 6.2.11): no NIP, name or birth date."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NotPersonalValidator:
    """Refuse passwords that contain the NIP, a part of the name, or the birth date inside the NIP."""

    def validate(self, password: str, user: Any = None) -> None:
        """Check a password.

        :raises ValidationError: if it contains something personal.
        """
        if user is None:
            return
        lowered = password.lower()
        login = user.login.lower()
        parts = [part for part in re.split(r"\W+", user.display_name.lower()) if len(part) >= 4]
        parts.append(login.partition("@")[0])
        if login.isdigit():
            parts += [login[:8], login[6:8] + login[4:6] + login[:4]]
        if any(part and part in lowered for part in parts):
            raise ValidationError(
                _("The password contains your NIP, name or birth date. Choose something others cannot know."),
                code="password_personal",
            )

    def get_help_text(self) -> str:
        """Say what is asked."""
        return _("Not your NIP, name or birth date.")
