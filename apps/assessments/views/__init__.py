"""Pages of assessments; one module per noun."""
