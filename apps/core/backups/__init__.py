"""Backup and restore of the database together with the stored files; explained in docs/operations/backup.md.

`taking` makes one, `restoring` puts one into a clean place, `drill` does both and looks whether all is there.
"""
