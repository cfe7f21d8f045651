import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.feedback.rules.redaction import PersonalData, find_personal_data, redact, words_of_name

NIP, NIK, PHONE, EMAIL, NAME = PersonalData


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIP 198609262015051001.", "NIP [NIP]."),
        ("NIP 19860926 201505 1 001!", "NIP [NIP]!"),
        ("19860926.201505.1.001", "[NIP]"),
        ("19860926-201505-1-001", "[NIP]"),
        ("NIK7471012345678901", "NIK[NIK]"),
        ("7471 0123 4567 8901 ya", "[NIK] ya"),
        ("salah ketik 19860926201505101", "salah ketik [NIP]"),
        ("25 198609262015051001", "25 [NIP]"),
        ("WA 081234567890", "WA [telepon]"),
        ("0812-3456-7890, Bu", "[telepon], Bu"),
        ("+62 812 3456 7890", "[telepon]"),
        ("6281234567890", "[telepon]"),
        ("(0401) 3121234", "([telepon]"),
        ("021-5551234", "[telepon]"),
        ("telepon 081234567890 2 kali", "telepon [telepon] 2 kali"),
        ("tulis ke budi.s+x@contoh.go.id.", "tulis ke [surel]."),
        ("081234567890@contoh.id dan 081234567890", "[surel] dan [telepon]"),
        ("081234567890 / 7471012345678901", "[telepon] / [NIK]"),
    ],
)
def test_personal_data_is_replaced(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Antre 3 jam di loket 12, nomor A-045.",
        "Biaya Rp 1.500.000 padahal gratis",
        "Tanggal 12-05-2024 pukul 08.30",
        "pukul 08.30 12-05-2024",
        "Perpres 76/2013 dan UU 25/2009",
        "kode LAPOR 1234567",
        "hubungi @dinas",
    ],
)
def test_harmless_numbers_stay(text: str) -> None:
    assert find_personal_data(text) == ()
    assert redact(text) == text


def test_spans_point_into_the_text() -> None:
    text = "Hubungi +62 812 3456 7890 atau a@b.id, NIP 198609262015051001"
    spans = find_personal_data(text)
    assert [(span.kind, text[span.start : span.end]) for span in spans] == [
        (PHONE, "+62 812 3456 7890"),
        (EMAIL, "a@b.id"),
        (NIP, "198609262015051001"),
    ]


def test_placeholders_can_be_given() -> None:
    words = {NIP: "<nip>", NIK: "<nik>", PHONE: "<phone>", EMAIL: "<mail>"}
    assert redact("7471012345678901 a@b.id", words) == "<nik> <mail>"


@pytest.mark.parametrize("unit", ["1", "1 ", "0812-", "a", "a.", "a@", "@a.", "+62 "])
def test_long_input_is_read_once(unit: str) -> None:
    # Quadratic patterns would need minutes for a text of this length.
    text = unit * 20_000
    assert len(redact(text)) <= 2 * len(text)


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="0123456789 .-/+()@abid\n", max_size=60))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="abc ,\n", max_size=10),
    st.text(alphabet="0123456789", min_size=18, max_size=18),
    st.text(alphabet="abc ,\n", max_size=10),
)
def test_eighteen_digits_never_survive(before: str, digits: str, after: str) -> None:
    assert redact(before + digits + after) == f"{before}[NIP]{after}"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_spans_are_ordered_and_apart(text: str) -> None:
    position = 0
    for span in find_personal_data(text):
        assert position <= span.start < span.end <= len(text)
        position = span.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pak Budi di loket 2 marah", "Pak [nama] di loket 2 marah"),
        ("Terima kasih Ibu Siti Aminah, ramah.", "Terima kasih Ibu [nama], ramah."),
        ("terima kasih bu ani", "terima kasih bu [nama]"),
        ("dr. Hasan Basri cepat", "dr. [nama] cepat"),
        ("Dilayani Sdri. Wa Ode", "Dilayani Sdri. [nama]"),
        ("Ditangani mbak Rina 081234567890", "Ditangani mbak [nama] [telepon]"),
    ],
)
def test_names_behind_a_form_of_address_are_hidden(text: str, expected: str) -> None:
    assert redact(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ibu hamil didahulukan",
        "Bapak dan ibu di loket sabar",
        "Ibu rumah tangga, pak lurah ramah",
        "Pelayanan bagus. Bagus sekali",
        "Puskesmas Lepo-Lepo bersih",
    ],
)
def test_what_is_no_name_stays(text: str) -> None:
    assert redact(text, names={"bagus"}) == text


def test_known_names_are_hidden_without_a_form_of_address() -> None:
    names = words_of_name("drg. Rahmawati La Ode Bagus, S.Kep")
    assert names == {"rahmawati", "ode", "bagus"}
    assert redact("Rahmawati lambat, RAHMAWATI juga", names=names) == "[nama] lambat, [nama] juga"
    assert redact("Dilayani Bagus dengan bagus", names=names) == "Dilayani [nama] dengan bagus"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="Pakbu SitiRini.,0812@\n", max_size=60))
def test_names_and_numbers_never_overlap(text: str) -> None:
    position = 0
    for span in find_personal_data(text, {"siti", "rini"}):
        assert position <= span.start < span.end <= len(text)
        position = span.end
