"""When two texts are the same document: what of a text counts, and what is not the vendor's decision.

content.py     the content hash, of the words that count
visible.py     what of a Markdown body a reader sees
rules.py       what is disregarded in any text: the copyright year, today's date, counters
dates.py       how dates and stretches of time are written
lists.py       lists whose order means nothing
"""
