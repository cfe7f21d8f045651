"""Offices: templates, causes, workload, figures and LAPOR tables of complaints."""

from django.urls import path

from ..views import answer_templates, causes, inbox, lapor, office_figures

urlpatterns = [
    path("pengawas/aduan/tugaskan/", inbox.assign_many, name="complaint-assign-many"),
    path("pengawas/aduan/beban/", inbox.workload, name="complaint-workload"),
    path("pengawas/aduan/angka/", office_figures.figures, name="complaint-figures"),
    path("pengawas/aduan/lapor/", lapor.tables, name="lapor-tables"),
    path("pengawas/aduan/lapor/ekspor/", lapor.export, name="lapor-export"),
    path("pengawas/aduan/templat/", answer_templates.template_list, name="template-list"),
    path("pengawas/aduan/templat/baru/", answer_templates.template_edit, name="template-add"),
    path("pengawas/aduan/templat/<int:pk>/", answer_templates.template_edit, name="template-edit"),
    path("pengawas/aduan/sebab/", causes.cause_list, name="cause-list"),
    path("pengawas/aduan/sebab/baru/", causes.cause_add, name="cause-add"),
    path("pengawas/aduan/sebab/<int:pk>/", causes.cause_detail, name="cause-detail"),
]
