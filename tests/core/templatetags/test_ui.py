import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation

LOAD = "{% load ui %}"


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


def render(source, request=None, **context):
    # A plain Context runs no context processors: components need no database.
    template = engines["django"].from_string(LOAD + source).template
    return template.render(Context(context | {"request": request}))


class Form(forms.Form):
    name = forms.CharField(label="Nama", help_text="Seperti di KTP.", max_length=20)
    note = forms.CharField(label="Catatan", widget=forms.Textarea, max_length=50, required=False)
    amount = forms.DecimalField(label="Jumlah", localize=True)
    on = forms.DateField(label="Tanggal")
    way = forms.ChoiceField(
        label="Cara", choices=[("", "-"), ("a", "Satu"), ("b", "Dua")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="Setuju")


def test_status_is_word_icon_and_tone():
    html = render('{% status_tag "late" "Terlambat" "danger" %}')
    assert 'class="tag tag-danger" data-value="late"' in html
    assert "Terlambat" in html
    assert "<svg" in html


def test_unknown_tone_is_neutral_and_label_is_escaped():
    html = render('{% status_tag "x" label "loud" %}', label="<b>")
    assert "tag-neutral" in html
    assert "&lt;b&gt;" in html


def test_field_ties_hint_and_error_to_its_control():
    html = render("{% field form.name autocomplete='name' %}", form=Form({"name": ""}))
    assert 'for="id_name"' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="name"' in html
    assert re.search(r'id="id_name-hint">\s*Seperti di KTP', html)


def test_optional_field_says_so_and_counts():
    html = render("{% field form.note %}", form=Form())
    assert "(opsional)" in html
    assert 'data-counter="id_note-counter"' in html
    assert "maxlength" not in html
    assert "Paling banyak 50 karakter" in html


def test_number_keeps_what_was_typed_wrongly():
    html = render("{% field form.amount %}", form=Form({"amount": "delapan"}))
    assert 'value="delapan"' in html
    assert 'type="number"' not in html


def test_date_uses_the_picker_of_the_device_and_keeps_its_value():
    html = render("{% field form.on %}", form=Form({"on": "2026-11-05"}))
    assert 'type="date"' in html
    assert 'value="2026-11-05"' in html


def test_radio_group_is_a_fieldset_without_the_empty_choice_or_a_default():
    html = render("{% field form.way %}", form=Form())
    assert "<fieldset" in html
    assert html.count('type="radio"') == 2
    assert " checked" not in html


def test_error_summary_links_to_what_exists():
    form = Form({})
    html = render("{% error_summary form %}{% for f in form %}{% field f %}{% endfor %}", form=form)
    assert "Ada masalah" in html
    targets = re.findall(r'href="#([^"]+)"', html)
    assert "id_way_0" in targets
    assert all(f'id="{target}"' in html for target in targets)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_error_summary_is_silent_without_errors():
    assert render("{% error_summary form %}", form=Form()).strip() == ""


def test_error_in_the_form_is_in_the_page_title():
    page = (
        engines["django"].from_string('{% extends "base.html" %}{% block title %}Isi{% endblock %}').template
    )
    from django.template import Context

    assert "<title>Galat: Isi - ASN Kinerja</title>" in page.render(Context({"form": Form({})}))
    assert "<title>Isi - ASN Kinerja</title>" in page.render(Context({"form": Form()}))


def test_pager_keeps_the_query_string():
    request = RequestFactory().get("/?q=sari&page=2")
    html = render("{% pager page %}", request, page=Paginator(range(30), 10).page(2))
    assert 'href="?q=sari&amp;page=3"' in html
    assert "11 sampai 20 dari 30" in html


def test_summary_says_what_was_left_blank():
    html = render("{% summary_list rows %}", rows=[{"label": "Hambatan", "value": "", "url": "/x/"}])
    assert "Tidak diisi" in html
    assert re.search(r'Ubah<span class="visually-hidden"> Hambatan', html)


@pytest.mark.parametrize("tag", ["bar_chart", "trend_chart", "distribution_chart"])
def test_chart_has_words_and_a_table_and_no_style(tag):
    data = [("Januari", 2), ("Februari <b>", 3)]
    html = render(f'{{% {tag} data "Naik" subtitle="Orang, 2026" %}}', data=data)
    assert 'role="img"' in html
    assert "<title " in html
    assert "<desc " in html
    assert "<table" in html
    assert "style=" not in html
    assert "<b>" not in html


@pytest.mark.parametrize("tag", ["bar_chart", "trend_chart", "distribution_chart"])
@pytest.mark.parametrize("data", [[], [("Satu", 0)], [("Satu", None), ("Dua", 5)], [("Satu", 1)]])
def test_chart_copes_with_little(tag, data):
    assert "chart-title" in render(f'{{% {tag} data "Judul" %}}', data=data)


def test_chart_writes_decimal_comma_in_text_and_point_in_geometry():
    html = render('{% bar_chart data "IKM" decimals=2 maximum=4 %}', data=[("U1", "2.8163")])
    assert ">2,82<" in html
    assert 'width="70.41%"' in html


def test_progress_has_a_decimal_point_in_its_attributes():
    html = render("{% progress 'Masuk' 12.5 50 %}")
    assert 'value="12.5" max="50"' in html
    assert "25%" in html
