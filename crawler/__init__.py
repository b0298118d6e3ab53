"""Finds and fetches the captures of vendors' policies, and reads what it fetched."""
