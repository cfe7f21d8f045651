"""Developer tools. Nothing in here runs in production."""
