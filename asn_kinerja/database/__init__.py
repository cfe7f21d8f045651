"""Django's PostgreSQL backend with one property of ours (base.py)."""
