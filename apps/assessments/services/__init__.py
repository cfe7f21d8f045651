"""What can be done to reports, periods and evaluations; one module per noun."""
