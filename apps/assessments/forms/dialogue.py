"""Forms of feedback, talks and peers. They clean into domain types and save nothing."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.employees.models import Employee
from apps.indicators.models import WorkResult

from ..labels import DialogueTopicChoices, ReactionChoices, period_title
from ..models import ReportVersion
from ..rules.peer_feedback import PeerRelation
from ..selectors.dialogue import VALUE_LABELS, Candidate
from ..services.dialogue_notes import TalkText
from ..services.peer_feedback import AnswerText

TEXT_LIMIT = 4_000
SHORT_CHARS = 90


def short(text: str) -> str:
    """Return a planned result as it fits into a list on a phone."""
    return str(Truncator(" ".join(text.split())).chars(SHORT_CHARS))


def target_choices(results: Iterable[WorkResult], first: str) -> list[Any]:
    """Return what feedback can be about: in general, one planned result, one value."""
    choices: list[Any] = [("", first)]
    rows = [(f"rhk:{row.pk}", short(row.text)) for row in results]
    if rows:
        choices.append((_("A planned result (RHK)"), rows))
    choices.append(
        (_("A value of behavior"), [(f"nilai:{code}", VALUE_LABELS[code]) for code in VALUE_LABELS])
    )
    return choices


class FeedbackForm(forms.Form):
    """Feedback on one planned result, one value of behavior, or in general; perhaps with what was seen."""

    target = forms.ChoiceField(label=gettext_lazy("About what?"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Your feedback"),
        help_text=gettext_lazy(
            "What you saw, what effect it had, and what you suggest. The person reads it at once."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Write your feedback.")},
    )
    seen = forms.ChoiceField(
        label=gettext_lazy("Where did you see it?"),
        help_text=gettext_lazy("A report or a piece of evidence that was sent to you."),
        required=False,
    )

    def __init__(
        self, *args: Any, results: Iterable[WorkResult], versions: Sequence[ReportVersion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {row.pk: row for row in results}
        self.fields["target"].choices = target_choices(  # type: ignore[attr-defined]
            self.by_id.values(), _("The work in general")
        )
        self.fields["seen"].choices = [("", _("Elsewhere")), *_seen_choices(versions)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turn the choices into rows and ids."""
        data: dict[str, Any] = super().clean() or {}
        kind, _colon, name = str(data.get("target") or "").partition(":")
        data["result"] = self.by_id[int(name)] if kind == "rhk" else None
        data["behavior_value"] = name if kind == "nilai" else ""
        kind, _colon, name = str(data.get("seen") or "").partition(":")
        data["report_id"] = int(name) if kind == "laporan" else None
        data["evidence_id"] = int(name) if kind == "bukti" else None
        return data


def _seen_choices(versions: Sequence[ReportVersion]) -> list[Any]:
    groups = []
    for version in versions:
        period = version.report.period
        title = period_title(period.kind, period.starts_on, period.ends_on)
        rows = [(f"laporan:{version.report_id}", _("Report for %(period)s") % {"period": title})]
        rows += [(f"bukti:{row['id']}", short(row["name"])) for row in version.content.get("evidence", [])]
        groups.append((title, rows))
    return groups


class FeedbackFilter(forms.Form):
    """Which feedback a list shows. Only drawn, never bound: the address holds the choice."""

    tentang = forms.ChoiceField(label=gettext_lazy("About what?"))
    periode = forms.ChoiceField(label=gettext_lazy("Period"))

    def __init__(
        self, *args: Any, results: Iterable[WorkResult], periods: Iterable[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = target_choices(results, _("everything"))
        choices.insert(1, ("umum", _("The work in general")))
        self.fields["tentang"].choices = choices  # type: ignore[attr-defined]
        self.fields["periode"].choices = [  # type: ignore[attr-defined]
            ("", _("all periods")),
            *((str(period.pk), period.title) for period in periods),
        ]


class ReactionForm(forms.Form):
    """What the receiver answers."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=ReactionChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )
    text = forms.CharField(
        label=gettext_lazy("A word with it"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TalkForm(forms.Form):
    """The note of a talk, in sections."""

    talk_on = forms.DateField(
        label=gettext_lazy("When did you talk?"),
        error_messages={
            "required": gettext_lazy("Enter the day of the talk."),
            "invalid": gettext_lazy("Enter a day such as 5-11-2026."),
        },
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("What was it about?"),
        choices=DialogueTopicChoices.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the talk was about.")},
    )
    discussion = forms.CharField(
        label=gettext_lazy("What was said?"),
        help_text=gettext_lazy(
            "Both views, in a few sentences. Note the facts, not judgements about the person."
        ),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write what was said.")},
    )
    agreement = forms.CharField(
        label=gettext_lazy("What is agreed?"),
        help_text=gettext_lazy("Who does what until when."),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": gettext_lazy("Write what is agreed, also if it is only to go on like this.")
        },
    )
    support = forms.CharField(
        label=gettext_lazy("What does the leader do to help?"),
        help_text=gettext_lazy("Resources, training, time, a decision by somebody above."),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    follow_up_on = forms.DateField(
        label=gettext_lazy("When do you look at it again?"),
        required=False,
        error_messages={"invalid": gettext_lazy("Enter a day such as 5-11-2026.")},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["talk_on"].widget.attrs["max"] = today.isoformat()

    def clean_talk_on(self) -> date:
        """Refuse a talk that has not been held."""
        day: date = self.cleaned_data["talk_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet. Write the note after the talk."))
        return day

    def clean(self) -> dict[str, Any]:
        """Put the next look after the talk."""
        data: dict[str, Any] = super().clean() or {}
        talk, again = data.get("talk_on"), data.get("follow_up_on")
        if talk and again and again < talk:
            self.add_error("follow_up_on", _("This day lies before the talk."))
        return data

    @property
    def talk(self) -> TalkText:
        """The note as the service wants it."""
        return TalkText(**self.cleaned_data)


class RoundForm(forms.Form):
    """A new round of feedback by peers."""

    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy(
            "Those who are asked and the person read this. For example: how we work together in the vaccination team."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write what the answers are for.")},
    )
    closes_on = forms.DateField(
        label=gettext_lazy("Last day for answers"),
        error_messages={
            "required": gettext_lazy("Enter the last day."),
            "invalid": gettext_lazy("Enter a day such as 5-11-2026."),
        },
    )
    openness = forms.ChoiceField(
        label=gettext_lazy("Are names known?"),
        choices=[
            ("anonymous", gettext_lazy("No. Peers and subordinates answer without their name")),
            ("named", gettext_lazy("Yes. Everybody answers with their name")),
        ],
        initial="anonymous",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose whether names are known.")},
    )


class GiversForm(forms.Form):
    """Whom to ask: colleagues who are near, or somebody found by name."""

    near = forms.MultipleChoiceField(
        label=gettext_lazy("Who works with this person?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    query = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=100)
    person = forms.ChoiceField(label=gettext_lazy("Who is it?"), required=False, widget=forms.RadioSelect)
    relation = forms.ChoiceField(
        label=gettext_lazy("How do they work with the person?"),
        choices=[
            (PeerRelation.PEER.value, gettext_lazy("As a peer")),
            (PeerRelation.TEAM_LEAD.value, gettext_lazy("As the lead of a team; answers with their name")),
        ],
        initial=PeerRelation.PEER.value,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, candidates: Sequence[Candidate], found: Sequence[Employee], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(row.employee.pk): row for row in candidates}
        self.found = {str(row.pk): row for row in found}
        labels = {PeerRelation.PEER: _("peer"), PeerRelation.SUBORDINATE: _("subordinate")}
        self.fields["near"].choices = [  # type: ignore[attr-defined]
            (key, f"{row.employee.full_name} ({labels[row.relation]})")
            for key, row in self.candidates.items()
        ]
        self.fields["person"].choices = [  # type: ignore[attr-defined]
            (key, _person_label(row)) for key, row in self.found.items()
        ]

    @property
    def is_search(self) -> bool:
        """Whether the person only asked for names."""
        return bool(self.data.get("search_person"))

    def clean(self) -> dict[str, Any]:
        """Ask for at least one person; turn ids into people with their relation."""
        data: dict[str, Any] = super().clean() or {}
        givers = [
            (self.candidates[key].employee, self.candidates[key].relation) for key in data.get("near", [])
        ]
        chosen = self.found.get(data.get("person") or "")
        if chosen is not None:
            givers.append((chosen, PeerRelation(data.get("relation") or PeerRelation.PEER.value)))
        if not givers and not self.errors:
            self.add_error("near" if self.candidates else "query", _("Choose at least one person."))
        data["givers"] = givers
        return data


def _person_label(person: Employee) -> str:
    places = getattr(person, "current_places", [])
    if not places:
        return person.full_name
    return f"{person.full_name} - {places[0].position.title}, {places[0].position.unit.name}"


class AnswerForm(forms.Form):
    """What a peer answers."""

    goes_well = forms.CharField(
        label=gettext_lazy("What goes well in working together?"),
        help_text=gettext_lazy("One or two things you saw yourself."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    could_be_better = forms.CharField(
        label=gettext_lazy("What could be better, and how?"),
        help_text=gettext_lazy(
            "Say it as you would want it said to you. Avoid details that only you can know."
        ),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, label in VALUE_LABELS.items():
            self.fields[f"nilai_{code}"] = forms.CharField(
                label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
            )

    @property
    def value_fields(self) -> list[Any]:
        """The fields of the single values."""
        return [self[f"nilai_{code}"] for code in VALUE_LABELS]

    def clean(self) -> dict[str, Any]:
        """Ask for at least one word."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.values()):
            self.add_error("goes_well", _("Write at least one sentence, or decline on the page before."))
        return data

    @property
    def answer(self) -> AnswerText:
        """The answer as the service wants it."""
        data = self.cleaned_data
        return AnswerText(
            goes_well=data["goes_well"],
            could_be_better=data["could_be_better"],
            values={code: data[f"nilai_{code}"] for code in VALUE_LABELS},
        )
