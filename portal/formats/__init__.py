"""How dates and times are written, where a language has no better custom."""
