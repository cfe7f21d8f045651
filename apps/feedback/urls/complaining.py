"""Public: complaints. And what officers do for reporters: write for them, add files, release words."""

from django.urls import path

from ..views import attaching, complaining, publishing, taking_in, tracking, voices

urlpatterns = [
    path("aduan/baru/", complaining.kind, name="complaint-new"),
    path("aduan/baru/kejadian/", complaining.story, name="complaint-new-story"),
    path("aduan/baru/serupa/", voices.like_this, name="complaint-new-similar"),
    path("aduan/baru/berkas/", attaching.draft_files, name="complaint-new-files"),
    path("aduan/baru/kontak/", complaining.identity, name="complaint-new-contact"),
    path("aduan/baru/periksa/", complaining.check, name="complaint-new-check"),
    path("aduan/lacak/", tracking.track, name="complaint-track"),
    path("aduan/lacak/status/", tracking.status, name="complaint-status"),
    path("aduan/lacak/balas/", tracking.reply, name="complaint-reply"),
    path("aduan/lacak/berkas/", attaching.add_files, name="complaint-files"),
    path("aduan/lacak/berkas/<uuid:token>/", attaching.own_file, name="complaint-own-file"),
    path("aduan/lacak/selesai/", tracking.confirm, name="complaint-confirm"),
    path("aduan/lacak/belum/", tracking.reopen, name="complaint-reopen"),
    path("aduan/lacak/empat-minggu/", tracking.check_back, name="complaint-check-back"),
    path("aduan/lacak/keluar/", tracking.leave, name="complaint-leave"),
    path("aduan/umum/<slug:number>/", voices.public_report, name="complaint-public"),
    path("aduan/umum/<slug:number>/suara/", voices.add_voice, name="complaint-voice"),
    path("aduan/<slug:number>/terkirim/", complaining.receipt, name="complaint-receipt"),
    path("pengawas/aduan/catat/", taking_in.take_in, name="complaint-take-in"),
    path("pengawas/aduan/catat/<slug:number>/", taking_in.taken, name="complaint-taken"),
    path("pengawas/aduan/<int:pk>/umumkan/", publishing.publish, name="complaint-publish"),
    path("pengawas/aduan/<int:pk>/berkas/", attaching.add_office_files, name="complaint-office-files"),
    path("pengawas/aduan/<int:pk>/berkas/<uuid:token>/", attaching.inside_file, name="complaint-inside-file"),
]
