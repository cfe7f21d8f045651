"""The form of a rating: its fields are made once per questionnaire, and nothing of one form is in another."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from django.utils.functional import Promise

from apps.feedback.forms import RatingForm, public
from apps.feedback.models import Unsur
from apps.feedback.services import abuse

NOW = datetime(2026, 9, 15, 2, 0, tzinfo=UTC)


def _asked(question: str = "Bagaimana?", labels: tuple[str, ...] = ("a", "b", "c", "d")) -> list[Unsur]:
    return [
        Unsur(code=code, question=f"{question} {code}", labels=list(labels)) for code in ("waktu", "biaya")
    ]


def _form(asked: list[Unsur], data: dict[str, str] | None = None, **given: Any) -> RatingForm:
    return RatingForm(data, now=NOW, unsur=asked, required_answers=len(asked), **given)


def _labels(form: RatingForm) -> list[tuple[str, list[tuple[int, str]]]]:
    return [(scale.label, list(scale.field.choices)) for scale in form.scales]


def test_fields_are_made_once_and_by_the_words_of_the_questions() -> None:
    first, second = _form(_asked()), _form(_asked())
    assert first.fields["waktu"] is second.fields["waktu"]
    assert list(first.fields)[-2:] == ["waktu", "biaya"]
    # A questionnaire with the same codes and other words, before and after it was changed.
    changed = _form(_asked("Seberapa cepat?", ("w", "x", "y", "z")))
    assert _labels(changed)[0] == ("Seberapa cepat? waktu", [(1, "w"), (2, "x"), (3, "y"), (4, "z")])
    assert _labels(_form(_asked()))[0] == ("Bagaimana? waktu", [(1, "a"), (2, "b"), (3, "c"), (4, "d")])
    only = _form(_asked()[:1])
    assert "biaya" not in only.fields


def test_a_scale_without_four_words_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="argument"):
            _form(_asked(labels=("a", "b", "c")))


def test_nothing_of_a_form_is_in_another() -> None:
    wrong = _form(
        _asked(), {"waktu": "5", "remark": "Rahasia", "sex": "Z", "kode": "ABCD"}, initial={"kode": "K"}
    )
    assert set(wrong.errors) == {"waktu", "sex", "biaya"}
    fields = wrong.fields
    del fields["biaya"]
    shown = _form(_asked())
    assert "Rahasia" not in str(shown)
    assert "checked" not in str(shown)
    assert "biaya" in shown.fields
    right = _form(_asked(), {"waktu": "4", "biaya": "1", "sex": "P"})
    assert right.is_valid()
    assert right.cleaned_data["answers"] == {"waktu": 4, "biaya": 1}
    assert right.cleaned_data["attributes"]["sex"] == "P"
    assert right["kode"].value() is None
    assert "waktu" not in RatingForm.base_fields


def test_translated_words_are_in_the_language_of_whoever_looks() -> None:
    sex = _form(_asked()).fields["sex"]
    assert _form(_asked()).fields["sex"] is sex
    for words in (sex.label, sex.choices[0][1], sex.choices[1][1]):
        assert isinstance(words, Promise)
    with translation.override("en"):
        assert "Prefer not to say" in str(_form(_asked())["sex"])


def test_the_time_of_showing_is_signed_anew_for_each_page_and_only_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = (_form(_asked())["tampil"].value() for _ in range(2))
    assert first != second
    assert abuse.shown_at(first) == abuse.shown_at(second) == NOW
    monkeypatch.setattr(public, "shown_token", lambda _now: pytest.fail("signed for nothing"))
    assert _form(_asked(), {"tampil": first, "waktu": "1", "biaya": "1"}).is_valid()


def test_a_token_is_checked_once_and_a_false_one_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    token, checked = abuse.shown_token(NOW), []
    loads = abuse.signing.loads
    monkeypatch.setattr(
        abuse.signing, "loads", lambda text, **given: checked.append(text) or loads(text, **given)
    )
    assert [abuse.shown_at(token) for _ in range(3)] == [NOW] * 3
    assert checked == [token]
    assert [abuse.shown_at(f"{token}x") for _ in range(2)] == [None] * 2
    assert checked == [token, f"{token}x", f"{token}x"]
