"""What can be done to people, units and places; one module per noun."""
