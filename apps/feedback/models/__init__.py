"""What the public says: services, survey answers and their index, complaints.

No identity stands in a survey answer. One module per part.
"""

from .alerts import AlertStep, ServiceAlert
from .complaints import (
    Complaint,
    ComplaintContact,
    ComplaintEvent,
)
from .consultation import (
    Commitment,
    CommitmentEvent,
    Consultation,
    ConsultationAgendaItem,
    ConsultationContribution,
    ConsultationGroup,
    ConsultationPoint,
)
from .handling import (
    AnswerTemplate,
    Cause,
    CauseImprovement,
    ComplaintAssignment,
    ComplaintRedaction,
    EscalationStep,
    PendingAnswer,
    RepeatCauseReport,
    ReportedOfficer,
    TemplateUse,
)
from .improvement import (
    ImprovementEvent,
    ImprovementItem,
    ImprovementProof,
    ImprovementStep,
    PublicationMedium,
    SurveyPublication,
)
from .paper import (
    PaperBatch,
    PaperRow,
    PaperScan,
    RespondentTable,
)
from .quarantine import (
    ArrivalMark,
    AttackState,
    CaseStep,
    DailyKey,
    QuarantineCase,
    UnitNetwork,
)
from .receipts import (
    Kiosk,
    QueueKey,
    ReceiptBatch,
    ReceiptDay,
    ReceiptUse,
)
from .reporting import (
    ComplaintCheckBack,
    ComplaintFile,
    DraftFile,
)
from .results import (
    IkmResult,
    PublishedSkm,
)
from .rights import PublicRemark, RetentionRun, RightsRequest
from .services import (
    Service,
    ServiceCount,
    ServicePoint,
)
from .summaries import FigureStep, SurveyTally
from .surveys import (
    Answer,
    Questionnaire,
    Response,
    SurveyPeriod,
    Unsur,
)

__all__ = [
    "AlertStep",
    "Answer",
    "AnswerTemplate",
    "ArrivalMark",
    "AttackState",
    "CaseStep",
    "Cause",
    "CauseImprovement",
    "Commitment",
    "CommitmentEvent",
    "Complaint",
    "ComplaintAssignment",
    "ComplaintCheckBack",
    "ComplaintContact",
    "ComplaintEvent",
    "ComplaintFile",
    "ComplaintRedaction",
    "Consultation",
    "ConsultationAgendaItem",
    "ConsultationContribution",
    "ConsultationGroup",
    "ConsultationPoint",
    "DailyKey",
    "DraftFile",
    "EscalationStep",
    "FigureStep",
    "IkmResult",
    "ImprovementEvent",
    "ImprovementItem",
    "ImprovementProof",
    "ImprovementStep",
    "Kiosk",
    "PaperBatch",
    "PaperRow",
    "PaperScan",
    "PendingAnswer",
    "PublicRemark",
    "PublicationMedium",
    "PublishedSkm",
    "QuarantineCase",
    "Questionnaire",
    "QueueKey",
    "ReceiptBatch",
    "ReceiptDay",
    "ReceiptUse",
    "RepeatCauseReport",
    "ReportedOfficer",
    "RespondentTable",
    "Response",
    "RetentionRun",
    "RightsRequest",
    "Service",
    "ServiceAlert",
    "ServiceCount",
    "ServicePoint",
    "SurveyPeriod",
    "SurveyPublication",
    "SurveyTally",
    "TemplateUse",
    "UnitNetwork",
    "Unsur",
]
