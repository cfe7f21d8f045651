"""Addresses of accounts."""

from django.urls import path

from . import views

app_name = "accounts"

urlpatterns = [
    path("masuk/", views.sign_in, name="sign-in"),
    path("masuk/aktivasi/", views.activate, name="activate"),
    path("keluar/", views.sign_out, name="sign-out"),
    path("akun/", views.account, name="account"),
    path("akun/sandi/", views.password, name="password"),
    path("akun/keluar-semua/", views.sign_out_everywhere, name="sign-out-everywhere"),
]
