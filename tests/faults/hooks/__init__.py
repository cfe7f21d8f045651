"""A Django app that only the processes of the fault suite have: kills at chosen points, and work that always fails."""
