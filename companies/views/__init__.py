"""The pages about people and about one's own account, one file per noun."""
