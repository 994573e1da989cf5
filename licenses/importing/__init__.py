"""Taking over a portfolio from the license CSV of an asset tool.

Three rooms in a row: `parsing` turns bytes into records and says what is wrong with
them, `verdicts` compares the records with what the portal knows, `taking` writes. Only
the last two know the database.
"""
