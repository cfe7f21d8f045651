"""When a rating needs a reason, and how the reasons of the two dimensions become the one that is stored."""

from apps.assessments.rules.predikat import Rating

# Terms of the form: they stand in a stored text that is printed, whatever the reader's language is.
WORK_RESULT = "Hasil kerja"
BEHAVIOR = "Perilaku kerja"
GAP = "\n\n"


def needs_reason(rating: Rating, former: Rating | None = None) -> bool:
    """Tell whether a rating needs a reason: the highest and lowest do, and every change of an earlier one."""
    return rating is not Rating.MEETS or (former is not None and former is not rating)


def combined(*, work_result: str | None, behavior: str | None, earlier: str = "") -> str:
    """Put the reasons of the two dimensions together.

    None stands for a dimension that was not touched: what `earlier` says about it stays. Text of `earlier`
    that belongs to no dimension (written on the page of one person) stays as well while one is untouched.
    """
    parts = []
    if work_result is None or behavior is None:
        touched = [
            f"{label}: "
            for label, text in ((WORK_RESULT, work_result), (BEHAVIOR, behavior))
            if text is not None
        ]
        parts = [part for part in earlier.split(GAP) if part.strip() and not part.startswith(tuple(touched))]
    for label, text in ((BEHAVIOR, behavior), (WORK_RESULT, work_result)):
        if text:
            # A reason of several paragraphs stays one part, or the next change could not tell them apart.
            parts.insert(0, f"{label}: " + "\n".join(line for line in text.splitlines() if line.strip()))
    return GAP.join(parts)
