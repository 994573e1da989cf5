"""The pages about an application's people, one file per tab and noun."""
