"""What is published as open data: its tables, their columns in words, and their rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.employees.models import Government

from .published import open_cell_rows, open_rows, open_unsur_rows

_PLACE = (
    ("government", _("code of the local government")),
    ("unit", _("code of the unit")),
    ("unit_name", _("name of the unit")),
    ("service", _("code of the service, as in its public address")),
    ("service_name", _("name of the service")),
    ("period", _("code of the survey period")),
    ("starts_on", _("first day of the survey period")),
    ("ends_on", _("last day of the survey period")),
    (
        "tier",
        _(
            "terverifikasi: a service event stands behind every answer; terbuka: whoever wished. Never add them."
        ),
    ),
)


@dataclass(frozen=True)
class Dataset:
    """A table: its code in the address, its title, its columns with what they mean, and where its rows are from."""

    code: str
    title: Any
    columns: tuple[tuple[str, Any], ...]
    rows: Callable[[Government, date], list[dict[str, Any]]]


DATASETS = (
    Dataset(
        "ikm",
        _("Results of surveys, per service, survey period and tier"),
        (
            *_PLACE,
            (
                "is_formal_skm",
                _("whether the figure is the formal SKM: verified answers with a named sampling"),
            ),
            ("sampling", _("how the respondents of the formal SKM were chosen")),
            ("is_final", _("whether the result is published and does not change any more")),
            ("disclosure", _("hidden: too few answers for a figure; warned: too few for a letter; full")),
            ("n", _("number of people whose answers are in the figure")),
            ("population", _("people served, as far as known")),
            ("sample_needed", _("sample for that population (Krejcie and Morgan)")),
            ("ikm", _("index, 25 to 100; exact weights, rounded half up once")),
            ("low", _("lower end of the 95 percent interval")),
            ("high", _("upper end of the 95 percent interval")),
            ("grade", _("letter A to D; empty below the number of answers for a letter")),
            ("satisfied", _("people whose own weighted average is 3 or more")),
            ("satisfied_low_percent", _("lower end of the 95 percent interval of that share (Wilson)")),
            ("satisfied_high_percent", _("upper end of the 95 percent interval of that share (Wilson)")),
            ("weakest_unsur", _("code of the element with the lowest average")),
            ("waiting", _("answers that wait for a person's look and do not count")),
            ("excluded", _("answers that were excluded with a reason and do not count")),
            ("regime", _("regulation that the questionnaire follows")),
            ("questionnaire_version", _("version of the questionnaire")),
            ("rule_version", _("version of the rule that made the figure")),
        ),
        open_rows,
    ),
    Dataset(
        "unsur",
        _("Averages per element (unsur) of these results"),
        (
            *_PLACE,
            ("n", _("number of people whose answers are in the figure")),
            ("unsur", _("code of the element")),
            ("unsur_name", _("name of the element")),
            ("nrr", _("average of the answers, 1 to 4")),
            ("index", _("average times 25")),
            ("grade", _("letter A to D; empty below the number of answers for a letter")),
        ),
        open_unsur_rows,
    ),
    Dataset(
        "breakdowns",
        _("Published results by attribute of the respondents, small cells hidden"),
        (
            *_PLACE,
            ("cut", _("attribute: channel, sex, age_band, education, occupation or filled_by")),
            ("value", _("value of the attribute; empty: not stated")),
            ("n", _("number of people; empty: hidden, because a few people could be told from it")),
            ("ikm", _("index of these people; empty below the number of answers for a figure")),
            ("satisfied", _("people whose own weighted average is 3 or more")),
        ),
        open_cell_rows,
    ),
)


def dataset(code: str) -> Dataset | None:
    """Return the table with that code."""
    return next((row for row in DATASETS if row.code == code), None)
