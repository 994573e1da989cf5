"""Letters: written in a transaction, delivered at least once."""
