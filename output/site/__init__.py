"""Shows a corpus to people: what the pages hold (plain functions over SQLite) and the views that answer requests."""
