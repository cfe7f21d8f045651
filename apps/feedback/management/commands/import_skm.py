"""Load a respondent-level SKM table (CSV or XLSX) into a survey period. See docs/how-to/import-skm.md."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.sheets.reading import SheetRefused
from apps.feedback import labels, selectors
from apps.feedback.labels import Sampling
from apps.feedback.models import Service, SurveyPeriod
from apps.feedback.rules.regimes import REGIMES
from apps.feedback.services import skm_import, surveys

_PERIOD = re.compile(r"(\d{4})(?:-(?:s([12])|q([1-4])|(0[1-9]|1[0-2])))?")


class Command(BaseCommand):
    """`manage.py import_skm FILE --service CODE --period P [--json]`."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--service", required=True, help="code of the service")
        parser.add_argument(
            "--period",
            required=True,
            help="survey period: 2026, 2026-s1, 2026-q3, 2026-07, or an existing code",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="TITLE=UNSUR",
            help="where the table numbers the unsur otherwise: --column U8=sarana --column U9=pengaduan",
        )
        parser.add_argument("--population", type=int, help="people served in the period")
        parser.add_argument(
            "--regime",
            choices=[known.code for known in REGIMES],
            help="regulation of an earlier year, for a period that is opened by this import",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the import."""
        service = Service.objects.select_related("unit__government").filter(code=options["service"]).first()
        if service is None:
            known = ", ".join(Service.objects.order_by("code").values_list("code", flat=True)[:20])
            raise CommandError(f"There is no service {options['service']!r}. Known: {known or 'none'}.")
        if not options["file"].is_file():
            raise CommandError(f"There is no file {options['file']}.")
        now = timezone.now()
        columns = dict(_pair(text) for text in options["column"])
        period = self._period(
            service, options["period"], options["population"], now, regime_code=options["regime"]
        )
        try:
            report = skm_import.import_respondents(
                survey_period=period,
                source=options["file"],
                file_name=options["file"].name,
                columns=columns,
                by=None,
                at=now,
            )
        except SheetRefused as refusal:
            raise CommandError(labels.FILE_PROBLEMS[refusal.code] % _printable(refusal.params)) from refusal
        except skm_import.PeriodIsPublished as error:
            raise CommandError(
                "The result of this period is published and does not change any more."
            ) from error
        except skm_import.UnknownColumn as error:
            raise CommandError(f"The questionnaire has no unsur {error}.") from error
        self._print(report, period, as_json=options["json"])

    def _period(
        self, service: Service, code: str, population: int | None, now: Any, *, regime_code: str | None
    ) -> SurveyPeriod:
        existing = (
            SurveyPeriod.objects.filter(service=service, code=code.lower())
            .select_related("questionnaire")
            .first()
        )
        if existing is not None:
            if regime_code not in (None, existing.questionnaire.regime):
                raise CommandError(
                    f"The period {existing.code} follows {existing.questionnaire.regime} and not {regime_code}."
                )
            return existing
        match = _PERIOD.fullmatch(code.lower())
        if match is None:
            raise CommandError(f"{code!r} is no period. Write 2026, 2026-s1, 2026-q3 or 2026-07.")
        starts_on, ends_on, label = _span(match)
        try:
            return surveys.open_survey_period(
                service=service,
                code=code.lower(),
                label=label,
                starts_on=starts_on,
                ends_on=ends_on,
                population=population,
                sampling=Sampling.UNRECORDED.value,
                questionnaire=selectors.national_questionnaire(regime_code) if regime_code else None,
                by=None,
                at=now,
            )
        except surveys.QuestionnaireNotOffered as error:
            raise CommandError(f"{regime_code} is superseded: only for periods that have ended.") from error
        except surveys.PeriodsOverlap as error:
            raise CommandError(
                f"The period {error.other.code} of this service has days in common with {code}. Use --period "
                f"{error.other.code}."
            ) from error

    def _print(self, report: skm_import.ImportReport, period: SurveyPeriod, *, as_json: bool) -> None:
        result = report.result
        numbers = {row.code: f"U{row.number}" for row in period.questionnaire.unsur.all()}
        problems = [
            {
                "row": problem.row,
                "column": problem.column,
                "code": problem.code,
                "reason": labels.ROW_PROBLEMS[problem.code] % {"shown": problem.shown},
            }
            for problem in report.problems
        ]
        if as_json:
            body = {
                "service": period.service.code,
                "period": period.code,
                "read": report.read,
                "added": report.added,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "problems": problems,
                "warnings": [{"code": w.code, **_printable(w.params)} for w in report.warnings],
                "n": result.n if result else 0,
                "nrr": {numbers[code]: value for code, value in result.nrr.items()} if result else {},
                "nrr_by_unsur": result.nrr if result else {},
                "ikm": str(result.ikm) if result and result.ikm is not None else None,
                "mutu": result.service_grade if result else "",
                "weakest": numbers.get(result.weakest_unsur, "") if result else "",
                "weakest_unsur": result.weakest_unsur if result else "",
                "interval": [str(result.interval_low), str(result.interval_high)]
                if result and result.interval_low is not None
                else None,
                "regime": result.regime if result else "",
                "rule_version": result.rule_version if result else "",
            }
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=2))
            return
        self.stdout.write(
            f"{report.read} rows read: {report.added} added, {report.changed} changed, "
            f"{report.unchanged} unchanged, {report.left_out} left out."
        )
        for problem in problems:
            self.stdout.write(f"  row {problem['row']}, {problem['column']}: {problem['reason']}")
        if report.problem_count > len(problems):
            self.stdout.write(f"  and {report.problem_count - len(problems)} more")
        if result and result.ikm is not None:
            self.stdout.write(
                f"IKM {result.ikm}, mutu {result.service_grade}, n = {result.n}, weakest "
                f"{numbers.get(result.weakest_unsur, '')} ({result.weakest_unsur})"
            )
            self.stdout.write("NRR " + "  ".join(f"{numbers[c]} {v}" for c, v in result.nrr.items()))


def _pair(text: str) -> tuple[str, str]:
    title, separator, code = text.partition("=")
    if not separator:
        raise CommandError(f"{text!r}: write TITLE=UNSUR, for example U8=sarana.")
    return title.strip(), code.strip().lower()


def _span(match: re.Match[str]) -> tuple[date, date, str]:
    year, half, quarter, month = int(match[1]), match[2], match[3], match[4]
    if half:
        first = 1 if half == "1" else 7
        return date(year, first, 1), _last(year, first + 5), f"Semester {'I' * int(half)} {year}"
    if quarter:
        first = int(quarter) * 3 - 2
        roman = ("I", "II", "III", "IV")[int(quarter) - 1]
        return date(year, first, 1), _last(year, first + 2), f"Triwulan {roman} {year}"
    if month:
        return date(year, int(month), 1), _last(year, int(month)), f"{month}/{year}"
    return date(year, 1, 1), date(year, 12, 31), f"Tahun {year}"


def _last(year: int, month: int) -> date:
    return date.fromordinal((date(year + month // 12, month % 12 + 1, 1)).toordinal() - 1)


def _printable(params: Any) -> dict[str, Any]:
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list | tuple | set) else value
        for name, value in params.items()
    }
