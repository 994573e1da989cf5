"""Planned work on environments and who is told of it."""
