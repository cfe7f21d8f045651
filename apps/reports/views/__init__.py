"""Pages of reports: packs of units, one's own documents, the public check of a code."""
