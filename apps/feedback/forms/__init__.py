"""Forms of feedback: they clean into domain types and save nothing."""

from .complaints import (
    ComplaintIdentityForm,
    ComplaintKindForm,
    ComplaintSendForm,
    ComplaintStoryForm,
    ForwardForm,
    RejectForm,
    TrackForm,
)
from .paper import (
    PaperBatchForm,
    RespondentTableForm,
    ScanForm,
    SecondReadingForm,
    SettleForm,
    SheetsForm,
)
from .public import (
    CODE_INPUT_LENGTH,
    REMARK_LENGTH,
    STORY_LENGTH,
    TRAP,
    PublicForm,
    RatingForm,
    WordsForm,
)
from .questionnaires import (
    DraftForm,
    UnsurForm,
    UseForm,
    WeightsForm,
)
from .receipts import (
    KioskForm,
    QueueKeyForm,
    ReceiptCodeForm,
    ReceiptOrderForm,
)
from .reporting import AttachForm, PublishForm, TakeInForm
from .surveys import (
    NOT_SAMPLED,
    PeriodAdjustForm,
    PointForm,
    ServiceCountForm,
    ServiceForm,
    SurveyPeriodForm,
)

__all__ = [
    "CODE_INPUT_LENGTH",
    "NOT_SAMPLED",
    "REMARK_LENGTH",
    "STORY_LENGTH",
    "TRAP",
    "AttachForm",
    "ComplaintIdentityForm",
    "ComplaintKindForm",
    "ComplaintSendForm",
    "ComplaintStoryForm",
    "DraftForm",
    "ForwardForm",
    "KioskForm",
    "PaperBatchForm",
    "PeriodAdjustForm",
    "PointForm",
    "PublicForm",
    "PublishForm",
    "QueueKeyForm",
    "RatingForm",
    "ReceiptCodeForm",
    "ReceiptOrderForm",
    "RejectForm",
    "RespondentTableForm",
    "ScanForm",
    "SecondReadingForm",
    "ServiceCountForm",
    "ServiceForm",
    "SettleForm",
    "SheetsForm",
    "SurveyPeriodForm",
    "TakeInForm",
    "TrackForm",
    "UnsurForm",
    "UseForm",
    "WeightsForm",
    "WordsForm",
]
