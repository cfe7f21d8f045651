"""Words of supervision: choices and sentences."""
