"""Journeys: people with browsers against the processes that run in production."""
