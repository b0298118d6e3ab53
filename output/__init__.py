"""Shows: a Datasette configuration directory, and the package behind its plugin."""
