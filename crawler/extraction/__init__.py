"""From the bytes of a capture to the document in them; begin with extract.py."""
