"""The corpus in the formats that others work with, each made from the corpus alone, and the same each time."""
