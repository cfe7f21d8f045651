"""Addresses of feedback: public ones first, then those of the offices."""

from django.urls import path

from .views import complaining, inbox, points, rating, results, statements, surveys, tracking

app_name = "feedback"

urlpatterns = [
    # Public: rating.
    path("l/<slug:code>/", rating.landing, name="landing"),
    path("l/<slug:code>/nilai/", rating.rate, name="rate"),
    path("l/<slug:code>/terima-kasih/", rating.thanks, name="thanks"),
    # Public: services and their results.
    path("layanan/", results.service_list, name="service-list"),
    path("layanan/cara-hitung/", results.how_computed, name="how-computed"),
    path("layanan/titik/<int:pk>/qr.svg", points.qr_svg_file, name="point-qr-svg"),
    path("layanan/titik/<int:pk>/qr.png", points.qr_png_file, name="point-qr-png"),
    path("layanan/titik/<int:pk>/poster/", points.poster, name="point-poster"),
    path("layanan/<slug:code>/", results.service_detail, name="service-detail"),
    # Public: complaints.
    path("aduan/baru/", complaining.kind, name="complaint-new"),
    path("aduan/baru/kejadian/", complaining.story, name="complaint-new-story"),
    path("aduan/baru/kontak/", complaining.identity, name="complaint-new-contact"),
    path("aduan/baru/periksa/", complaining.check, name="complaint-new-check"),
    path("aduan/lacak/", tracking.track, name="complaint-track"),
    path("aduan/lacak/status/", tracking.status, name="complaint-status"),
    path("aduan/lacak/balas/", tracking.reply, name="complaint-reply"),
    path("aduan/lacak/selesai/", tracking.confirm, name="complaint-confirm"),
    path("aduan/lacak/belum/", tracking.reopen, name="complaint-reopen"),
    path("aduan/lacak/keluar/", tracking.leave, name="complaint-leave"),
    path("aduan/<slug:number>/terkirim/", complaining.receipt, name="complaint-receipt"),
    # Public: statements.
    path("privasi/", statements.privacy, name="privacy"),
    path("aksesibilitas/", statements.accessibility, name="accessibility"),
    # Offices: surveys.
    path("survei/", surveys.overview, name="survey-overview"),
    path("survei/terpublikasi/", surveys.published_list, name="published-list"),
    path("survei/periode/<int:pk>/terbitkan/", surveys.publish, name="survey-publish"),
    path("survei/periode/<int:pk>/sertakan/", surveys.release, name="survey-release"),
    path("survei/layanan-baru/", surveys.add_service, name="service-add"),
    path("survei/layanan/<slug:code>/", surveys.detail, name="survey-detail"),
    path("survei/layanan/<slug:code>/periode-baru/", surveys.open_period, name="survey-period-open"),
    path("survei/layanan/<slug:code>/loket-baru/", surveys.add_point, name="point-add"),
    path("survei/layanan/<slug:code>/jumlah/", surveys.record_count, name="service-count-record"),
    path("survei/layanan/<slug:code>/saran/", surveys.remarks, name="remark-list"),
    # Offices: complaints.
    path("pengawas/aduan/", inbox.inbox, name="complaint-inbox"),
    path("pengawas/aduan/<int:pk>/", inbox.detail, name="complaint-detail"),
    path("pengawas/aduan/<int:pk>/mulai/", inbox.start, name="complaint-start"),
    path("pengawas/aduan/<int:pk>/tanya/", inbox.ask_info, name="complaint-ask"),
    path("pengawas/aduan/<int:pk>/teruskan/", inbox.forward, name="complaint-forward"),
    path("pengawas/aduan/<int:pk>/jawab/", inbox.answer, name="complaint-answer"),
    path("pengawas/aduan/<int:pk>/tolak/", inbox.reject, name="complaint-reject"),
    path("pengawas/aduan/<int:pk>/catatan/", inbox.note, name="complaint-note"),
    path("pengawas/aduan/<int:pk>/kontak/", inbox.contact, name="complaint-contact"),
    path("pengawas/aduan/<int:pk>/bukan-spam/", inbox.release, name="complaint-release"),
]
