"""Settings of reports."""

from django.utils.translation import gettext_lazy as _

from apps.core import policy

policy.define(
    "reports.pack_after_days",
    "int",
    30,
    label=_("Days after a period closed until its report pack is made even if evaluations are missing"),
    source="no sheet names a day: a design choice, so that one late appraiser does not hold up a whole government",
)
policy.define(
    "reports.survey_legal_basis",
    "table",
    {
        "1": "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 14 Tahun 2017 tentang "
        "Pedoman Penyusunan Survei Kepuasan Masyarakat Unit Penyelenggara Pelayanan Publik",
        "2": "Surat Edaran Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 12 Tahun 2023",
        "3": "Pedoman Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 9 Tahun 2024 tentang SKM "
        "secara daring",
    },
    label=_("Legal basis printed in survey reports, one line each"),
    source="feedback sheet 1.1; a government adds its own regulations here",
)
