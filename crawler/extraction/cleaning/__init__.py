"""What is removed from a page as boilerplate, and what was hidden from robots and is put back."""
