"""What may be done to plans (`skp`) and to the targets of units (`unit_indicators`)."""
