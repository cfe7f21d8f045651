"""Has an answer been written, or only sent? A template is a start that its reader never receives as it is.

The share of own words is counted over the different words of the answer, so that neither turning the template
around nor repeating a word helps. What stands in a template between square brackets is to be filled in and is nobody's
words.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

DEFAULT_MINIMUM_PERCENT = 20
# An answer that holds nearly all words of a template was made from it, whoever typed it.
TAKEN_OVER_PERCENT = 80

_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,80}\]")
_WORD = re.compile(r"\w+")


class TemplateProblem(StrEnum):
    PLACEHOLDER_LEFT = "placeholder_left"
    TOO_LITTLE_CHANGED = "too_little_changed"


@dataclass(frozen=True, slots=True)
class TemplateCheck:
    """How an answer stands to a template."""

    own_percent: int
    problem: TemplateProblem | None
    left: tuple[str, ...] = ()


def placeholders(template: str) -> tuple[str, ...]:
    """Return what is to be filled in, in the order of the text, each once."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))


def words_of(text: str) -> frozenset[str]:
    """Return the different words of a text, without case, punctuation and placeholders."""
    return frozenset(_WORD.findall(_PLACEHOLDER.sub(" ", text).casefold()))


def own_share(template: str, answer: str) -> Fraction:
    """Return the share of different words in the answer that the template does not have; 0 for an empty answer."""
    written = words_of(answer)
    return Fraction(len(written - words_of(template)), len(written)) if written else Fraction(0)


def check(template: str, answer: str, minimum_percent: int = DEFAULT_MINIMUM_PERCENT) -> TemplateCheck:
    """Return whether an answer made from this template may be sent."""
    share = own_share(template, answer)
    percent = int(share * 100)
    left = tuple(mark for mark in placeholders(template) if mark.casefold() in answer.casefold())
    if left:
        return TemplateCheck(percent, TemplateProblem.PLACEHOLDER_LEFT, left)
    if share * 100 < minimum_percent:
        return TemplateCheck(percent, TemplateProblem.TOO_LITTLE_CHANGED)
    return TemplateCheck(percent, None)


def is_taken_over(template: str, answer: str) -> bool:
    """Tell whether the answer holds nearly all words of a template, also when nobody said that it was used."""
    offered = words_of(template)
    return bool(offered) and len(offered & words_of(answer)) * 100 >= len(offered) * TAKEN_OVER_PERCENT
