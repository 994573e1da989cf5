"""Licenses, keys, renewal and its reminders."""
