"""What a body says: when two texts are the same document (identity), and what changed between them (comparison)."""
