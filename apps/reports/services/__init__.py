"""What reports does: issuing documents, building packs and recaps, the schedule of packs."""
