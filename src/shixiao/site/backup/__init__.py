"""Backups, restoring them, and drills: nothing of what an installation holds is lost (docs/adr/0030-one-format-of-backups.md)."""
