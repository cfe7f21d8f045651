"""Receipt codes: printed and used; kiosks."""

from django.urls import path

from ..views import kiosks, receipt_office, receipts

urlpatterns = [
    path("k/", receipts.enter, name="receipt-enter"),
    path("k/kirim/", receipts.send, name="receipt-send"),
    path("k/<slug:code>/", receipts.rate, name="receipt-rate"),
    path("terima-kasih/<slug:code>/", receipts.rated, name="rated"),
    path("kios/<slug:code>/", kiosks.start, name="kiosk"),
    path("kios/<slug:code>/nilai/", kiosks.rate, name="kiosk-rate"),
    path("kios/<slug:code>/terima-kasih/", kiosks.thanks, name="kiosk-thanks"),
    path("survei/layanan/<slug:code>/kode/", receipt_office.overview, name="receipt-codes"),
    path("survei/layanan/<slug:code>/kode/baru/", receipt_office.issue, name="receipt-issue"),
    path("survei/kode/<uuid:order>/", receipt_office.sheet, name="receipt-sheet"),
    path("survei/kode/<uuid:order>/batal/", receipt_office.cancel, name="receipt-cancel"),
    path("survei/layanan/<slug:code>/kunci-baru/", receipt_office.make_key, name="queue-key-make"),
    path("survei/kunci/<int:pk>/cabut/", receipt_office.revoke_key, name="queue-key-revoke"),
    path("survei/layanan/<slug:code>/kios-baru/", receipt_office.register_kiosk, name="kiosk-register"),
    path("survei/kios/<int:pk>/tutup/", receipt_office.revoke_kiosk, name="kiosk-revoke"),
]
