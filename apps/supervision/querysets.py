"""Whose records of supervision a user may see."""
