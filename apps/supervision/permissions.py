"""Who may do what in supervision."""
