"""From an element to the published documents' Markdown."""
