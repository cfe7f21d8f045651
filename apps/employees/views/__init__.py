"""Pages about people, units, imports and settings."""
