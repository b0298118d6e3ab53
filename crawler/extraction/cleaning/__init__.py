"""Takes off a page what is no part of its text, and puts back what was hidden from robots."""
