"""Policy values of supervision: what an office may decide, or what the sheets leave unverified."""
