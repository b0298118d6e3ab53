"""Writes an element as the published documents' Markdown."""
