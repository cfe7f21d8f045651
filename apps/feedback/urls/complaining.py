"""Public: complaints."""

from django.urls import path

from ..views import complaining, tracking

urlpatterns = [
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
]
