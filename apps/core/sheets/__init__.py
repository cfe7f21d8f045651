"""Tables in files: reading uploads safely (`reading.py`) and defusing text on its way out (`escaping.py`)."""
