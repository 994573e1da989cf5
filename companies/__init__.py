"""Companies, their people, who may see what and who did what."""
