"""Receipt codes: printed and used."""

urlpatterns: list = []
