"""Removes what is no part of a page's text, and puts back what was hidden from robots."""
