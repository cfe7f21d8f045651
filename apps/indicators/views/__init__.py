"""Pages of plans (`plans`, `contents`) and of unit targets (`unit_indicators`)."""
