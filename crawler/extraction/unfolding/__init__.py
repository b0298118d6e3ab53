"""Content that a reader sees and a parser does not show: put into the tree as ordinary elements."""
