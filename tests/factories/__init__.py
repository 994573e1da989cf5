"""Boring rows: valid by default, minimal, no randomness, no actions."""
