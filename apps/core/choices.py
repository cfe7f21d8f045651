"""`TextChoices` that a type checker understands: without stubs for Django it takes a member for a tuple."""

from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:

    class TextChoices(StrEnum):
        """What Django's class offers: members are strings, with a label for people."""

        _value_: str
        choices: ClassVar[list[tuple[str, Any]]]
        labels: ClassVar[list[Any]]
        values: ClassVar[list[str]]

        def __new__(cls, value: str, label: Any = "") -> "TextChoices": ...

        @property
        def label(self) -> Any:
            """The words that people see."""

else:
    from django.db.models import TextChoices

__all__ = ["TextChoices"]
