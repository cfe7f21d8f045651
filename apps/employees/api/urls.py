"""Addresses below /api/v1/."""

from django.urls import path

from . import views

urlpatterns = [
    path("employees/", views.EmployeeList.as_view(), name="employee-list"),
    path("employees/<int:pk>/", views.EmployeeDetail.as_view(), name="employee-detail"),
    path("units/", views.UnitList.as_view(), name="unit-list"),
    path("units/<int:pk>/", views.UnitDetail.as_view(), name="unit-detail"),
]
