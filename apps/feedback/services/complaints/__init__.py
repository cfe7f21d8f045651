"""The life of a complaint, one function per verb. The state table is `rules/complaint_lifecycle.py`.

Only the reporter, or the lapse of the days given to them, closes an answered complaint.
"""

from ...rules.complaint_lifecycle import TransitionNotAllowed
from .clocks import (
    escalate_due,
    lapse_due,
)
from .handling import (
    NoContact,
    add_note,
    answer,
    ask_info,
    forward,
    open_contact,
    reject,
    release,
    start,
)
from .keys import (
    SECRET_LENGTH,
    find_by_secret,
    new_secret,
    normalize_secret,
    spoken,
)
from .reporting import (
    ReopenTooLate,
    citizen_reply,
    confirm,
    file_complaint,
    may_reopen,
    reopen,
)
from .steps import (
    PUBLIC,
    TextMissing,
    UnitCannotReceive,
    add_event,
    head_above,
    inside_url,
    keep_record,
    locked,
    move,
    new_due_on,
    new_reply_by,
    tell_unit,
    words_of,
)

__all__ = [
    "PUBLIC",
    "SECRET_LENGTH",
    "NoContact",
    "ReopenTooLate",
    "TextMissing",
    "TransitionNotAllowed",
    "UnitCannotReceive",
    "add_event",
    "add_note",
    "answer",
    "ask_info",
    "citizen_reply",
    "confirm",
    "escalate_due",
    "file_complaint",
    "find_by_secret",
    "forward",
    "head_above",
    "inside_url",
    "keep_record",
    "lapse_due",
    "locked",
    "may_reopen",
    "move",
    "new_due_on",
    "new_reply_by",
    "new_secret",
    "normalize_secret",
    "open_contact",
    "reject",
    "release",
    "reopen",
    "spoken",
    "start",
    "tell_unit",
    "words_of",
]
