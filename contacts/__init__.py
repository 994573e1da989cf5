"""Technical contacts, their handover, and what a person may do."""
