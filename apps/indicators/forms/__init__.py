"""What people type into plans; the matrix and unit targets have a module of their own."""

from .plans import (
    NONE,
    AnnexForm,
    BehaviorForm,
    CreateForm,
    IndicatorForm,
    NumberField,
    PlanUploadForm,
    ResultForm,
    ReturnForm,
    RevisionForm,
    TakeForm,
    TemplateForm,
    TemplateMakeForm,
    UnitIndicatorForm,
    parse_number,
    text_field,
)

__all__ = [
    "NONE",
    "AnnexForm",
    "BehaviorForm",
    "CreateForm",
    "IndicatorForm",
    "NumberField",
    "PlanUploadForm",
    "ResultForm",
    "ReturnForm",
    "RevisionForm",
    "TakeForm",
    "TemplateForm",
    "TemplateMakeForm",
    "UnitIndicatorForm",
    "parse_number",
    "text_field",
]
