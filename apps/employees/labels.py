"""Words people see for the stored values of employees."""

from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """What sort of unit."""

    GOVERNMENT = "pemerintah", _("Local government")
    SETDA = "setda", _("Regional secretariat")
    DINAS = "dinas", _("Agency (dinas)")
    BADAN = "badan", _("Agency (badan)")
    INSPEKTORAT = "inspektorat", _("Inspectorate")
    KECAMATAN = "kecamatan", _("District office")
    KELURAHAN = "kelurahan", _("Urban village office")
    UPTD = "uptd", _("Technical unit (UPTD)")
    PUSKESMAS = "puskesmas", _("Community health center")
    SEKOLAH = "sekolah", _("School")
    SEKRETARIAT = "sekretariat", _("Secretariat of an agency")
    BIDANG = "bidang", _("Division")
    TIM = "tim", _("Team")


class PositionClass(models.TextChoices):
    """Class of a position (section 11.4 of the performance sheet)."""

    JPT = "jpt", _("Senior executive (JPT)")
    ADMINISTRATOR = "administrator", _("Administrator")
    PENGAWAS = "pengawas", _("Supervisor (pengawas)")
    JF = "jf", _("Functional position (JF)")
    PELAKSANA = "pelaksana", _("Executing staff (pelaksana)")


class EmployeeStatusChoices(models.TextChoices):
    """Kind of civil servant."""

    PNS = "pns", "PNS"
    PPPK = "pppk", "PPPK"


class LinkSource(models.TextChoices):
    """How we know who appraises whom."""

    DERIVED = "derived", _("from the unit tree")
    CORRECTED = "corrected", _("corrected by hand")
    IMPORTED = "imported", _("from the import file")


class MandateKind(models.TextChoices):
    """In which capacity somebody acts for another."""

    PLT = "plt", _("acting, post vacant (Plt)")
    PLH = "plh", _("acting, holder away (Plh)")
    TEAM_LEAD = "team_lead", _("team lead")
    COVER = "cover", _("supervision on loan")


class ServiceStateKind(models.TextChoices):
    """Why somebody is not at the usual work for a while (SPC-3, SPC-4, SPC-6)."""

    STUDY = "study", _("study assignment")
    LONG_LEAVE = "long_leave", _("long leave")
    UNPAID_LEAVE = "unpaid_leave", _("unpaid leave (CLTN)")
    SUSPENDED = "suspended", _("suspended from service")
    ASSIGNED = "assigned", _("assigned to another agency")


# Days in one of these are no days of work in the own post: nothing is owed and nothing is evaluated (SPC-3, SPC-6).
# Who is assigned elsewhere works there and is evaluated by the appraiser on record (SPC-4).
AWAY_STATES = ("study", "long_leave", "unpaid_leave", "suspended")


class LoanKind(models.TextChoices):
    """Why somebody supervises a person for a while in the place of the appraiser (S8)."""

    LOAN = "loan", _("lent because of the load")
    LEAVE = "leave", _("cover while away")


def full_name(title_before: str, name: str, title_after: str) -> str:
    """Write a name with its titles, as on official forms."""
    named = f"{title_before} {name}".strip()
    return f"{named}, {title_after}" if title_after else named


def in_both_names(acting: Any, lender: Any) -> str:
    """Name who acted and, where it was on loan, for which appraiser."""
    if acting is None:
        return ""
    if lender is None:
        return str(acting.full_name)
    return gettext("%(name)s on behalf of %(lender)s") % {
        "name": acting.full_name,
        "lender": lender.full_name,
    }


class Role(models.TextChoices):
    """What somebody may do beyond what follows from their place in the tree."""

    PERSONNEL_OFFICER = "personnel_officer", _("Personnel officer")
    FEEDBACK_OFFICER = "feedback_officer", _("Service and complaint officer")
    TRAINING_OFFICER = "training_officer", _("Training officer")
    LEADERSHIP = "leadership", _("Leadership")
    AUDITOR = "auditor", _("Auditor")


class ImportStatus(models.TextChoices):
    """How far a staff import is."""

    CHECKED = "checked", _("Checked, nothing changed yet")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    REFUSED = "refused", _("Cannot be read")


class RecordPart(models.TextChoices):
    """Which page about a person was opened."""

    PERSON = "person", _("personal data and placement")
    PLAN = "plan", _("plan (SKP)")
    REPORT = "report", _("report")
    EVALUATION = "evaluation", _("evaluation")
    COACHING = "coaching", _("coaching note")
    LEARNING = "learning", _("learning and training")
    ROOM = "room", _("whole record, in the auditor's room")
