import os, sys
from datetime import date, datetime, UTC
from decimal import Decimal
import pytest
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
from tests.assessments.reporting.conftest import NOW, TODAY, add, fill, picture
from apps.assessments.services import reports, progress, evidence, feedback_notes
from apps.assessments.models import *
from apps.indicators.models import Indicator, WorkResult
from playwright.sync_api import sync_playwright
OUT="/tmp/b3/out"
os.makedirs(OUT, exist_ok=True)

@pytest.mark.django_db(transaction=True)
def test_shots(world, live_server, settings):
    periods = world.make_periods()
    period = periods[2]
    skp = world.make_skp(world.staff)
    r = skp.results.get()
    i1, i2 = r.indicators.all()
    i2.source="progress_sum"; i2.text="Jumlah balita yang ditimbang dan dicatat di buku KIA"; i2.measure="balita"; i2.save()
    r2 = WorkResult.objects.create(skp=skp, text="Ibu hamil di wilayah kerja mendapat pemeriksaan kehamilan lengkap sesuai standar pelayanan minimal")
    i3 = Indicator.objects.create(result=r2, aspect="kualitas", text="Indeks kepuasan masyarakat puskesmas", target=Decimal("80"), measure="IKM", source="ikm")
    i4 = Indicator.objects.create(result=r2, aspect="waktu", text="Rata-rata waktu tunggu pasien", target=Decimal("30"), measure="menit", direction="lower_is_better")
    # before
    p2 = periods[1]; Period.objects.filter(pk=p2.pk).update(status="open"); p2.refresh_from_db()
    e = world.staff
    rep2 = reports.open_report(employee=e, period=p2, by=e, at=datetime(2026,6,20,tzinfo=UTC), skp=skp)
    reports.save_draft(report_id=rep2.pk, by=e, at=datetime(2026,6,20,tzinfo=UTC), revision=rep2.revision, achievements="Posyandu berjalan di empat kelurahan.", obstacles="", support_needed="", lines={i1.pk:(Decimal(70),""), i4.pk:(Decimal(35),"")})
    progress.add_entry(employee=e, result=r, date=date(2026,6,12), text="Menimbang balita di Posyandu Mawar", by=e, indicator=i2, quantity=Decimal(44))
    evidence.add_evidence(report=rep2, result=r, upload_name="daftar hadir posyandu.jpg", content=picture("teal"), by=e, at=NOW)
    reports.submit_report(report_id=rep2.pk, by=e, at=datetime(2026,6,28,3,0,tzinfo=UTC))
    reports.accept_report(report_id=rep2.pk, by=world.head, at=datetime(2026,7,2,3,0,tzinfo=UTC), note="Bagus, lanjutkan.")
    Period.objects.filter(pk=p2.pk).update(status="closed")
    for d,t,q in [(15,"Menimbang 24 balita di Posyandu Melati, dua dirujuk ke puskesmas",24),(15,"Mengisi buku KIA dan laporan gizi bulanan",None),(14,"Menimbang balita di Posyandu Mawar",18),(14,"Rapat lintas sektor stunting di kantor camat",None),(10,"Menimbang balita di Posyandu Anggrek",21)]:
        progress.add_entry(employee=e, result=r if q or d==15 else r2, date=date(2026,9,d), text=t, by=e, indicator=i2 if q else None, quantity=Decimal(q) if q else None)
    import pathlib
    which = os.environ.get("SHOTS","").split(",") if os.environ.get("SHOTS") else None
    with sync_playwright() as pw:
        b = pw.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox","--disable-gpu","--disable-background-networking","--disable-component-update","--no-first-run"])
        def ctx(who, w, js=True):
            c = b.new_context(viewport={"width":w,"height":740 if w<500 else 900}, java_script_enabled=js, locale="id-ID")
            cl = world.client(who)
            c.add_cookies([{"name":"sessionid","value":cl.cookies["sessionid"].value,"url":live_server.url}])
            return c
        contexts = {}
        def shot(name, who, path, prepare=None, both=True):
            if which and not any(name.startswith(x) for x in which): 
                return
            for w in (360,1280) if both else (360,):
                k=(who.pk if hasattr(who,'nip') else 'u', w)
                if k not in contexts: contexts[k]=ctx(who,w)
                pg = contexts[k].new_page()
                errs=[]
                pg.on("console", lambda m: errs.append(m.text) if m.type=="error" else None)
                resp = pg.goto(live_server.url+path)
                if prepare: prepare(pg)
                pg.wait_for_timeout(150)
                sw = pg.evaluate("document.documentElement.scrollWidth")
                pg.screenshot(path=f"{OUT}/{name}-{w}.png", full_page=True)
                print(name, w, resp.status, "scrollW", sw, errs[:3])
                pg.close()
        shot("01-list", e, "/laporan/")
        shot("02-quick", e, "/laporan/cepat/")
        def bad(pg):
            pg.fill("#id_text",""); pg.click("#entri button[type=submit]")
        shot("03-quick-error", e, "/laporan/cepat/", bad)
        shot("04-start", e, f"/laporan/baru/{period.pk}/")
        shot("04b-notyet", e, f"/laporan/baru/{periods[3].pk}/")
        rep = reports.open_report(employee=e, period=period, by=e, at=NOW, skp=skp)
        shot("05-detail", e, f"/laporan/{rep.pk}/")
        shot("06-realisasi", e, f"/laporan/{rep.pk}/realisasi/")
        def badnum(pg):
            pg.fill(f"#id_value_{i1.pk}","delapan"); pg.click("main form button[type=submit]")
        shot("07-realisasi-error", e, f"/laporan/{rep.pk}/realisasi/", badnum)
        shot("08-capaian", e, f"/laporan/{rep.pk}/capaian/")
        def conflict(pg):
            cur = SelfReport.objects.get(pk=rep.pk)
            reports.save_draft(report_id=rep.pk, by=e, at=datetime(2026,9,15,2,5,tzinfo=UTC), revision=cur.revision, obstacles="Hujan tiga hari, posyandu Melati pindah ke balai RW." + str(cur.revision))
            pg.fill("#id_text", "Timbangan rusak dua minggu, kami meminjam dari Puskesmas Poasia."); pg.click("main form button[type=submit]")
        shot("09-conflict", e, f"/laporan/{rep.pk}/kendala/", conflict)
        shot("10-check-blocked", e, f"/laporan/{rep.pk}/periksa/")
        evidence.add_evidence(report=rep, result=r, upload_name="daftar hadir posyandu.jpg", content=picture("teal"), by=e, at=NOW)
        evidence.add_evidence(report=rep, result=None, upload_name="foto penimbangan balita di posyandu melati kelurahan mandonga september.png", content=picture("red","PNG"), by=e, at=NOW)
        shot("11-evidence", e, f"/laporan/{rep.pk}/bukti/")
        pathlib.Path("/tmp/b3/besar.jpg").write_bytes(b"\xff\xd8\xff"+b"x"*30_000_000)
        def big(pg):
            pg.set_input_files("#id_file","/tmp/b3/besar.jpg"); pg.wait_for_timeout(100)
            pg.click("button:has-text('Add this file'), button:has-text('Tambahkan berkas ini')"); pg.wait_for_load_state()
            pg.wait_for_timeout(1500)
        shot("12-evidence-big", e, f"/laporan/{rep.pk}/bukti/", big)
        cur = SelfReport.objects.get(pk=rep.pk)
        reports.save_draft(report_id=rep.pk, by=e, at=NOW, revision=cur.revision, obstacles="Hujan tiga hari.", support_needed="Satu timbangan digital sebelum November.", lines={i1.pk:(Decimal("82.5"),"Termasuk kunjungan rumah."), i4.pk:(Decimal(27),"")})
        shot("13-check", e, f"/laporan/{rep.pk}/periksa/")
        reports.submit_report(report_id=rep.pk, by=e, at=NOW)
        shot("14-receipt", e, f"/laporan/{rep.pk}/terkirim/")
        shot("15-detail-sent", e, f"/laporan/{rep.pk}/")
        shot("16-list-sent", e, "/laporan/")
        shot("17-review-list", world.head, "/pengawas/laporan/")
        shot("18-review", world.head, f"/pengawas/laporan/{rep.pk}/")
        def noret(pg):
            pg.click(f"form[action$='kembalikan/'] button")
        shot("19-review-error", world.head, f"/pengawas/laporan/{rep.pk}/", noret)
        feedback_notes.give_feedback(employee=e, text="Cara Anda menjelaskan gizi kepada ibu muda sangat jelas. Coba ajak kader baru ikut.", by=world.head, at=NOW, result=r)
        shot("20-feedback-give", world.head, f"/pegawai/{e.pk}/umpan-balik/")
        shot("21-feedback-mine", e, "/umpan-balik/")
        reports.return_report(report_id=rep.pk, note="Lampirkan daftar hadir tanggal 14 September.", by=world.head, at=NOW)
        shot("22-returned", e, f"/laporan/{rep.pk}/")
        shot("23-empty-quick", world.colleague, "/laporan/cepat/")
        shot("24-empty-list", world.colleague, "/laporan/")
        shot("25-review-empty", world.colleague, "/pengawas/laporan/")
        shot("26-feedback-empty", world.colleague, "/umpan-balik/")
        b.close()
