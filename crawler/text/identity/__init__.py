"""When two texts are the same document: what of a text counts, and what is not the vendor's decision.

No word of the vendor's may be lost for that. So a rule, or what was learned, blanks no more than numbers, dates and
texts that were seen there before, and only where the words around leave no other meaning.

    content.py          the content hash, of the words that count
    rules.py            what is disregarded in any text: copyright years, the present date, counters (rules.toml)
    lists.py            lists whose order means nothing, by what announces them (lists.toml)
    policy.py           the same for the texts of one policy: what its snapshots show besides
    learning.py         which spots of its text are volatile, as captures that follow each other closely show
    side_by_side.py     where texts that are laid side by side differ
    volatile_spots.py   finds such spots again, and tells what of them still counts
"""
