"""Public consultations (FKP) and their follow-up."""

urlpatterns: list = []
