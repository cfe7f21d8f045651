"""Text that a spreadsheet would read as a formula gets one apostrophe on the way out, and loses it on the
way in.

OWASP ASVS 5.0, 1.2.10. `restore(defuse(text)) == text` for every text, also for one that came with
apostrophes.
"""

import re

# The full-width forms are read as operators by some East Asian spreadsheets, a line feed hides the rest of
# the cell.
_STARTERS = "=+\\-@\t\r\n\0＝＋－＠"
_RISKY = re.compile(f"'*[{_STARTERS}]")
_DEFUSED = re.compile(f"'+[{_STARTERS}]")


def defuse(text: str) -> str:
    """Return `text`, with one apostrophe in front if a spreadsheet might calculate it."""
    return f"'{text}" if _RISKY.match(text) else text


def restore(text: str) -> str:
    """Return `text` without the one apostrophe that `defuse` put in front of it."""
    return text[1:] if _DEFUSED.match(text) else text
