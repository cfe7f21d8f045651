from datetime import date, timedelta, datetime, UTC
from decimal import Decimal
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import sync_playwright
from apps.core import files
from apps.training.models import *
from apps.training.services import programmes, coaching, recognition, needs
from tests.training.story import *

@pytest.mark.django_db(transaction=True)
def test_shots(live_server, world, settings):
    from importlib import import_module
    from django.apps import apps as reg
    import_module("apps.training.migrations.0003_topics").add_topics(reg, None)
    at = timezone.now()
    today = at.date()
    AT2 = at
    ev = make_evaluation(world, indicators=[indicator_row(), indicator_row("Ketepatan waktu pelayanan pemeriksaan umum", "71.25", "waktu")])
    needs.propose_for_evaluation(evaluation_id=ev.pk, at=AT2)
    ev2 = make_evaluation(world, employee=world.colleague, number=2, indicators=[])
    needs.propose_for_evaluation(evaluation_id=ev2.pk, at=AT2)
    s = make_session(world, seats=3, starts_on=today + timedelta(days=5), ends_on=today + timedelta(days=6))
    past = make_session(world, seats=3, starts_on=today - timedelta(days=6), ends_on=today - timedelta(days=5))
    full = make_session(world, seats=1, starts_on=today + timedelta(days=9), ends_on=today + timedelta(days=9))
    e1 = programmes.enrol(session=past, employee=world.staff, by=world.head, at=at - timedelta(days=10))
    e2 = programmes.enrol(session=past, employee=world.colleague, by=world.head, at=at - timedelta(days=10))
    e4 = programmes.enrol(session=s, employee=world.colleague, by=world.head, at=at)
    programmes.enrol(session=full, employee=world.colleague, by=world.head, at=at)
    programmes.complete_enrolment(enrolment=e1, certificate_number="800/12/BKPSDM/2026", by=world.personnel_officer, at=at)
    c = Certificate.objects.create(employee=world.staff, name="Kursus pengelolaan arsip dinamis tingkat dasar", organizer="LAN RI", kind="nonklasikal", starts_on=date(2026,5,1), ends_on=date(2026,5,3), jp=Decimal("12.5"), number="77/LAN/2026", file=files.store(b"%PDF x", "application/pdf"), file_name="sertifikat arsip.pdf")
    Certificate.objects.create(employee=world.staff, name="Webinar pelayanan prima", organizer="Dinkes", kind="klasikal", starts_on=date(2026,6,1), ends_on=date(2026,6,1), jp=Decimal("2"), number="9", refused_at=at, refusal_note="Fotonya tidak terbaca.")
    n = coaching.add_coaching_note(employee=world.staff, observation="Laporan dua kali terlambat pada triwulan III; antrean pemeriksaan menumpuk setiap Senin.", agreement="Menulis catatan kemajuan setiap Jumat, dan membagi loket pada hari Senin.", follow_up_on=today + timedelta(days=14), by=world.head, at=at, evaluation=ev)
    recognition.recognize(unit=world.unit, employee=world.staff, title="Antrean khusus ibu hamil", reason="Waktu tunggu ibu hamil turun dari dua jam menjadi setengah jam.", by=world.head, at=at)
    recognition.recognize(unit=world.unit, title="Loket pagi", reason="Pelayanan dimulai pukul 7.", by=world.agency_head, at=at)
    need = TrainingNeed.objects.get(employee=world.staff, topic__code="aspect_kuantitas"); 
    TrainingNeed.objects.filter(pk=need.pk).update(status="proposed")
    prog = s.programme_id
    pages = {
        world.staff: {"mine": "/pembelajaran/", "cert-add": "/pembelajaran/sertifikat/tambah/", "need-own": reverse("training:need-detail", args=[need.pk]), "coach-own": reverse("training:coaching-detail", args=[n.pk]), "programmes-staff": "/pelatihan/"},
        world.head: {"needs": "/pelatihan/kebutuhan/", "need": reverse("training:need-detail", args=[need.pk]), "decline": reverse("training:need-decline", args=[need.pk]), "person": reverse("training:person", args=[world.staff.pk]), "session-head": reverse("training:session-detail", args=[s.pk]), "enrol": reverse("training:session-enrol", args=[s.pk]) + "?q=contoh", "coach-add": reverse("training:coaching-add", args=[world.staff.pk]) + f"?penilaian={ev.pk}", "coach-close": reverse("training:coaching-close", args=[n.pk]), "rec-unit": reverse("training:recognition-unit", args=[world.unit.pk]), "rec-add": reverse("training:recognition-person-add", args=[world.staff.pk])},
        world.personnel_officer: {"programmes": "/pelatihan/", "programme-add": "/pelatihan/program/tambah/", "programme": reverse("training:programme-detail", args=[prog]), "session-add": reverse("training:session-add", args=[prog]), "session-past": reverse("training:session-detail", args=[past.pk]), "complete": reverse("training:enrolment-complete", args=[e2.pk]), "queue": "/pelatihan/sertifikat/", "refuse": reverse("training:certificate-refuse", args=[c.pk])},
    }
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-gpu","--disable-background-networking","--disable-component-update","--no-first-run"])
        for who, rows in pages.items():
            cookie = world.client(who).cookies["sessionid"].value if "sessionid" in world.client(who).cookies else list(world.client(who).cookies.values())[0].value
            name = list(world.client(who).cookies.keys())[0]
            for w, h in ((360, 740), (1280, 900)):
                ctx = b.new_context(viewport={"width": w, "height": h}, locale="id-ID")
                ctx.add_cookies([{"name": name, "value": cookie, "url": live_server.url}])
                page = ctx.new_page()
                for key, path in rows.items():
                    r = page.goto(live_server.url + path)
                    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    print(key, w, r.status, "OVERFLOW %s" % over if over > 0 else "")
                    page.screenshot(path=f"/tmp/b6/{key}-{w}.png", full_page=True)
                ctx.close()
        b.close()
