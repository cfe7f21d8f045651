"""Who acts, as a foreign key keeps it. For the audit chain see `audit.actor_id`."""

from typing import Any


def account_behind(by: Any) -> Any:
    """Return the account of who acts: of a civil servant theirs, of an officer without a staff record their own.

    None for the schedule, for citizens, and for a civil servant without an account.
    """
    if by is None or isinstance(by, str):
        return None
    return by.user if hasattr(by, "user_id") else by
