"""When two texts are the same document: what of a text counts, and what is not the vendor's decision.

No word of the vendor's may be lost for that. So a rule, or what was learned, blanks no more than numbers, dates and
texts that were seen there before, and only where the words around leave no other meaning.

    content.py     the content hash, of the words that count
    visible.py     what of a Markdown body a reader sees
    rules.py       what is disregarded in any text: years of copyright, the present date, counters (rules.toml)
    lists.py       lists whose order means nothing, by what announces them (lists.toml)
    policy.py      the same for the texts of one policy: what its snapshots tell besides
    learning.py    which places in its text do not count, as captures that follow each other closely tell
    spots.py       where texts that are laid side by side differ
    places.py      finds such places again, and says what of them still counts
"""
