"""Improvement plans and proofs of publication."""

urlpatterns: list = []
