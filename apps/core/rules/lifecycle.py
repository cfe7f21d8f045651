"""How a state machine is asked: a table of (status, action) pairs, and nothing else.

Each lifecycle file holds its two enums and its table; who may act, and what an action does, is the
matter of permissions and services.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

StatusT = TypeVar("StatusT", bound=StrEnum)
ActionT = TypeVar("ActionT", bound=StrEnum)


class TransitionNotAllowed(Exception):
    """Raised when an action does not apply to the present status."""

    def __init__(self, status: StrEnum, action: StrEnum) -> None:
        super().__init__(f"{action.value} does not apply to {status.value}")
        self.status = status
        self.action = action


@dataclass(frozen=True, slots=True)
class StateTable(Generic[StatusT, ActionT]):
    """The allowed transitions of one kind of thing."""

    transitions: Mapping[tuple[StatusT, ActionT], StatusT]

    def next_status(self, status: StatusT, action: ActionT) -> StatusT:
        """Return the status after the action.

        :raises TransitionNotAllowed: if the action does not apply to the status.
        """
        try:
            return self.transitions[status, action]
        except KeyError:
            raise TransitionNotAllowed(status, action) from None

    def allowed_actions(self, status: StatusT) -> tuple[ActionT, ...]:
        """Return the actions that apply to a status, in the order of the table."""
        return tuple(action for source, action in self.transitions if source == status)
