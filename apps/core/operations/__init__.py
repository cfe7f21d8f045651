"""What those who run the installation look at: log lines, metrics, daily checks, the system page."""
