"""The Markdown of bodies, as the extraction writes it and the rest of the project reads it."""

CELL_BREAK = "<br>"
"""A new line within a cell of a table of data, as Markdown's dialects with tables write it. html2text would end the row
there, and what follows would stand in the first column of a row of its own.
"""
