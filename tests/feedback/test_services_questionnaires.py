"""Versions of the questionnaire: drafted, changed, put into use, chosen, retired."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.core.policy import set_value
from apps.feedback import selectors
from apps.feedback.models import Questionnaire, SurveyPeriod
from apps.feedback.rules.ikm import compute_ikm
from apps.feedback.rules.questionnaire import is_ready
from apps.feedback.selectors.questionnaires import compare, versions
from apps.feedback.services import questionnaires, results, surveys
from tests.feedback.helpers import UNSUR, answer, open_now, today_of

SCALE = ["Buruk", "Cukup", "Baik", "Sangat baik"]


@pytest.fixture
def national(world):
    return selectors.national_questionnaire("14/2017")


def act(world, **fields):
    return {"by": world.head.user, "at": timezone.now(), **fields}


@pytest.fixture
def draft(world, national):
    return questionnaires.make_draft(
        government=world.government, based_on=national, title="Sebelas unsur", why="Uji", **act(world)
    )


def add(world, draft, code="transparansi"):
    return questionnaires.add_unsur(
        questionnaire_id=draft.pk,
        code=code,
        name=code.title(),
        question="Bagaimana?",
        labels=SCALE,
        **act(world),
    )


def use(world, draft, **fields):
    values = {"valid_from": today_of_world(world), "is_standard": True, **fields}
    found = questionnaires.put_into_use(questionnaire_id=draft.pk, **values, **act(world))
    draft.refresh_from_db()
    return found


def today_of_world(world):
    from apps.core.localtime import local_date

    return local_date(timezone.now(), world.government.timezone)


def test_a_draft_is_a_copy_of_its_own(world, national, draft):
    assert (draft.status, draft.version, draft.based_on, draft.regime) == ("draft", 1, national, "14/2017")
    assert questionnaires.items_of(draft) == questionnaires.items_of(national)
    assert AuditEntry.objects.filter(action="feedback.questionnaire.drafted", scope="kendari").exists()
    again = questionnaires.make_draft(
        government=world.government, based_on=draft, title="Lagi", why="", **act(world)
    )
    assert again.version == 2


def test_a_draft_does_not_start_from_an_older_regulation_or_another_government(world, draft):
    for source in (selectors.national_questionnaire("16/2014"), draft):
        with pytest.raises(ValueError, match="draft"):
            questionnaires.make_draft(
                government=world.other.government, based_on=source, title="x", why="x", **act(world)
            )
    assert Questionnaire.objects.filter(government=world.other.government).count() == 0


def test_two_more_questions_weigh_one_eleventh_each(world, draft):
    add(world, draft)
    add(world, draft, "integritas")
    weights = selectors.weights_of(draft.unsur.all())
    assert set(weights.values()) == {Fraction(1, 11)}
    assert sum(weights.values()) == 1
    assert [row.number for row in draft.unsur.all()] == list(range(1, 12))
    assert is_ready(questionnaires.findings_of(draft, world.government, today_of_world(world)))


@pytest.mark.parametrize("code", ["biaya", "transparansi"])
def test_a_code_is_taken_once(world, draft, code):
    add(world, draft)
    with pytest.raises(questionnaires.CodeExists):
        add(world, draft, code)
    assert draft.unsur.count() == 10


def replace(world, draft, code="biaya", **fields):
    values = {
        "code": "pungutan",
        "name": "Pungutan",
        "question": "Apakah ada pungutan?",
        "labels": ["Selalu", "Sering", "Jarang", "Tidak pernah"],
        "reason": "Perda 1/2024",
        **fields,
    }
    return questionnaires.replace_unsur(unsur_id=draft.unsur.get(code=code).pk, **values, **act(world))


def test_the_cost_question_is_replaced_and_comes_back(world, national, draft):
    row = replace(world, draft)
    assert (row.replaces, row.replace_ground, row.number) == ("biaya", "free_by_law", 4)
    assert is_ready(questionnaires.findings_of(draft, world.government, today_of_world(world)))
    questionnaires.remove_unsur(unsur_id=row.pk, **act(world))
    assert questionnaires.items_of(draft) == questionnaires.items_of(national)


def test_what_the_policy_does_not_name_is_not_replaced(world, draft):
    with pytest.raises(questionnaires.NotReplaceable):
        replace(world, draft, "sarana")
    set_value(
        "feedback.replaceable_unsur", {}, scope="kendari", valid_from=date(2020, 1, 1), by=None, reason="uji"
    )
    with pytest.raises(questionnaires.NotReplaceable):
        replace(world, draft)
    assert draft.unsur.filter(replaces="").count() == 9


def test_an_extra_question_leaves_and_the_numbers_close_up(world, draft):
    row = add(world, draft)
    add(world, draft, "integritas")
    questionnaires.remove_unsur(unsur_id=row.pk, **act(world))
    assert draft.unsur.get(code="integritas").number == 10
    assert set(selectors.weights_of(draft.unsur.all()).values()) == {Fraction(1, 10)}


def test_a_national_question_cannot_be_taken_out(world, draft):
    with pytest.raises(questionnaires.StillNeeded):
        questionnaires.remove_unsur(unsur_id=draft.unsur.get(code="waktu").pk, **act(world))
    assert draft.unsur.count() == 9


def test_weights_of_ones_own(world, draft):
    weights = {code: Fraction(1, 10) for code in UNSUR} | {"waktu": Fraction(1, 5)}
    questionnaires.set_weights(questionnaire_id=draft.pk, weights=weights, **act(world))
    assert selectors.weights_of(draft.unsur.all()) == weights
    with pytest.raises(ValueError, match="one weight"):
        questionnaires.set_weights(questionnaire_id=draft.pk, weights={"waktu": Fraction(1)}, **act(world))
    questionnaires.set_weights(questionnaire_id=draft.pk, weights=None, **act(world))
    assert set(selectors.weights_of(draft.unsur.all()).values()) == {Fraction(1, 9)}


def test_put_into_use_it_is_suggested_and_does_not_change(world, draft):
    row = add(world, draft)
    use(world, draft)
    draft.refresh_from_db()
    assert (draft.status, draft.is_standard) == ("in_use", True)
    assert selectors.questionnaire_for(world.government, today_of_world(world)) == draft
    assert selectors.questionnaire_for(world.other.government).government is None
    for action in (
        lambda: add(world, draft, "integritas"),
        lambda: replace(world, draft),
        lambda: questionnaires.remove_unsur(unsur_id=row.pk, **act(world)),
        lambda: questionnaires.set_weights(questionnaire_id=draft.pk, weights=None, **act(world)),
        lambda: questionnaires.change_draft(questionnaire_id=draft.pk, title="x", why="x", **act(world)),
        lambda: questionnaires.discard_draft(questionnaire_id=draft.pk, **act(world)),
        lambda: use(world, draft),
    ):
        with pytest.raises(questionnaires.NotADraft):
            action()
    assert draft.unsur.count() == 10


def test_what_cannot_be_put_into_use(world, draft):
    with pytest.raises(questionnaires.NoChange):
        use(world, draft)
    add(world, draft)
    with pytest.raises(questionnaires.BeginsInThePast):
        use(world, draft, valid_from=today_of_world(world) - timedelta(days=1))
    weights = dict.fromkeys([*UNSUR, "transparansi"], Fraction(11, 100))
    questionnaires.set_weights(questionnaire_id=draft.pk, weights=weights, **act(world))
    with pytest.raises(questionnaires.NotReady) as error:
        use(world, draft)
    assert "weights_sum" in [finding.code for finding in error.value.findings]
    draft.refresh_from_db()
    assert (draft.status, draft.valid_from) == ("draft", None)


def test_running_periods_keep_theirs_and_new_ones_get_the_new(world, draft, service):
    add(world, draft)
    use(world, draft)
    running = service.survey_periods.get()
    assert running.questionnaire.government is None
    other = world.make_service()
    assert open_now(other).questionnaire.government is None  # it began before the version
    fresh = surveys.open_survey_period(
        service=world.make_service(),
        code="baru",
        label="Baru",
        starts_on=today_of(service),
        ends_on=today_of(service) + timedelta(days=9),
        by=None,
        at=timezone.now(),
    )
    assert fresh.questionnaire == draft


def test_a_variant_is_never_suggested(world, draft):
    add(world, draft)
    use(world, draft, is_standard=False)
    assert selectors.questionnaire_for(world.government, today_of_world(world)).government is None
    assert draft in selectors.offered_questionnaires(world.government)
    assert draft not in selectors.offered_questionnaires(world.other.government)


def period(world, questionnaire, starts_on, ends_on):
    return surveys.open_survey_period(
        service=world.make_service(),
        code="p",
        label="P",
        starts_on=starts_on,
        ends_on=ends_on,
        questionnaire=questionnaire,
        by=None,
        at=timezone.now(),
    )


def test_what_is_not_offered_is_not_chosen(world, draft):
    today = today_of_world(world)
    with pytest.raises(surveys.QuestionnaireNotOffered):
        period(world, draft, today, today)  # a draft
    add(world, draft)
    use(world, draft, valid_from=today + timedelta(days=5))
    with pytest.raises(surveys.QuestionnaireNotOffered):
        period(world, draft, today, today + timedelta(days=20))  # too early
    with pytest.raises(surveys.QuestionnaireNotOffered):
        period(world, selectors.national_questionnaire("16/2014"), today, today)  # not for running days
    assert not SurveyPeriod.objects.exists()
    assert period(world, draft, today + timedelta(days=5), today + timedelta(days=20)).questionnaire == draft
    assert (
        period(
            world, selectors.national_questionnaire("16/2014"), date(2016, 1, 1), date(2016, 6, 30)
        ).questionnaire.regime
        == "16/2014"
    )


def test_another_governments_questionnaire_is_not_chosen(world, draft):
    add(world, draft)
    use(world, draft)
    service = world.other.make_service()
    with pytest.raises(surveys.QuestionnaireNotOffered):
        surveys.open_survey_period(
            service=service,
            code="p",
            label="P",
            starts_on=today_of(service) + timedelta(days=1),
            ends_on=today_of(service) + timedelta(days=2),
            questionnaire=draft,
            by=None,
            at=timezone.now(),
        )
    assert not SurveyPeriod.objects.exists()


def test_retired_it_is_offered_no_more_but_its_period_goes_on(world, draft):
    add(world, draft)
    use(world, draft)
    today = today_of_world(world)
    running = period(world, draft, today, today + timedelta(days=5))
    questionnaires.retire(questionnaire_id=draft.pk, reason="Terlalu panjang", **act(world))
    assert selectors.questionnaire_for(world.government, today).government is None
    codes = [*UNSUR, "transparansi"]
    answer(running.service, dict.fromkeys(codes, 4))
    assert running.responses.get().answers.count() == 10
    for wrong in (draft.pk, selectors.national_questionnaire("14/2017").pk):
        with pytest.raises(questionnaires.NotADraft):
            questionnaires.retire(questionnaire_id=wrong, reason="x", **act(world))


def test_the_index_of_eleven_questions_uses_their_weights(world, draft):
    add(world, draft)
    add(world, draft, "integritas")
    use(world, draft)
    today = today_of_world(world)
    running = period(world, draft, today, today)
    rows = [
        {**dict.fromkeys(UNSUR, 3), "transparansi": 1, "integritas": 4},
        dict.fromkeys([*UNSUR, "transparansi", "integritas"], 4),
    ]
    for row in rows:
        answer(running.service, row)
    stored = results.refresh_result(survey_period_id=running.pk, at=timezone.now())
    expected = compute_ikm(rows, selectors.weights_of(draft.unsur.all()))
    assert (stored.ikm, stored.n) == (expected.value, 2)


def test_the_difference_names_what_changed(world, national, draft):
    add(world, draft)
    replace(world, draft)
    questionnaires.change_unsur(
        unsur_id=draft.unsur.get(code="waktu").pk,
        name="Waktu",
        question="Cepatkah?",
        labels=SCALE,
        **act(world),
    )
    found = {row.code: row for row in compare(national, draft)}
    assert found["transparansi"].before is None
    assert found["biaya"].after is None
    assert found["pungutan"].after.replaces == "biaya"
    assert [what for what, *_rest in found["waktu"].changes] == ["name", "question", "labels", "weight"]
    assert list(found["sarana"].changes) == [("weight", "1/9", "1/10")]


def test_the_list_of_versions_is_the_governments_own(world, draft, service):
    mine, theirs = versions(world.government), versions(world.other.government)
    assert draft in mine
    assert draft not in theirs
    used = {row.regime: row.period_count for row in mine if row.government is None}
    assert used == {"14/2017": 1, "16/2014": 0, "KEP/25/2004": 0}


def test_a_draft_is_thrown_away(world, draft):
    questionnaires.discard_draft(questionnaire_id=draft.pk, **act(world))
    assert not Questionnaire.objects.filter(pk=draft.pk).exists()
    assert AuditEntry.objects.filter(action="feedback.questionnaire.discarded").exists()
