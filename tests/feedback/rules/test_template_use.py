"""A template is a start: what was hardly changed is refused, however it was turned around."""

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.template_use import (
    TemplateProblem,
    check,
    is_taken_over,
    own_share,
    placeholders,
    words_of,
)

TEMPLATE = (
    "Terima kasih atas laporan Anda. Kami telah memeriksa [apa yang diperiksa] dan memperbaikinya pada [tanggal]. "
    "Mohon sampaikan bila masih terjadi."
)
WORD = st.sampled_from(sorted(words_of(TEMPLATE)))


def test_the_template_itself_is_refused():
    assert check(TEMPLATE, TEMPLATE).problem is TemplateProblem.PLACEHOLDER_LEFT
    assert check(TEMPLATE, TEMPLATE).left == ("[apa yang diperiksa]", "[tanggal]")


def test_filled_in_with_next_to_nothing_is_refused():
    answer = TEMPLATE.replace("[apa yang diperiksa]", "hal").replace("[tanggal]", "itu")
    found = check(TEMPLATE, answer)
    assert found.problem is TemplateProblem.TOO_LITTLE_CHANGED
    assert found.own_percent < 20


def test_written_for_the_case_passes():
    answer = TEMPLATE.replace(
        "[apa yang diperiksa]", "mesin antrean loket 2 yang melewati nomor ganjil sejak Senin"
    ).replace("[tanggal]", "15 September, dan petugas sekarang memanggil dua kali")
    assert check(TEMPLATE, answer).problem is None


@settings(max_examples=50)
@given(st.lists(WORD, min_size=1, max_size=60), st.sampled_from([str.lower, str.upper, str.title]))
def test_words_of_the_template_in_any_order_number_and_case_are_nobodys_own(words, case):
    answer = case(" ".join(words)) + "!"
    assert own_share(TEMPLATE, answer) == 0
    assert check(TEMPLATE, answer).problem is TemplateProblem.TOO_LITTLE_CHANGED


@settings(max_examples=50)
@given(st.integers(1, 40))
def test_one_own_word_repeated_counts_once(times):
    answer = TEMPLATE.replace("[apa yang diperiksa]", "x").replace("[tanggal]", "x " * times)
    assert check(TEMPLATE, answer).problem is TemplateProblem.TOO_LITTLE_CHANGED


@settings(max_examples=50)
@given(st.text(max_size=200), st.text(max_size=200))
def test_the_share_is_a_share(template, answer):
    assert 0 <= own_share(template, answer) <= 1


def test_a_short_honest_answer_is_not_taken_for_a_template():
    assert not is_taken_over(TEMPLATE, "Terima kasih, loket 3 sudah buka.")
    assert is_taken_over(TEMPLATE, TEMPLATE.replace("[tanggal]", "kemarin"))


def test_marks_are_found_once_and_in_order():
    assert placeholders("[a] dan [b] dan [a], bukan [\n]") == ("[a]", "[b]")
    assert placeholders("tanpa isian") == ()
