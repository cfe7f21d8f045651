"""Forms of assessments; one module per half of the work."""
