"""Questions about the year as it runs; one module per half of the work."""
