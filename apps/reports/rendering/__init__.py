"""Turn plain facts into PDF and sheets. No Django, no query, no clock: `facts.py` says what goes in."""
