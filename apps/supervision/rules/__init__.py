"""Rules of supervision: pure functions on dated data, no framework."""
