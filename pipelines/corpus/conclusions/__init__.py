"""What follows from what is known of a policy's snapshots: drawn from facts, and drawn anew whenever more is known.

draw.py           all of it, in order
another_page.py   which snapshots show another page in place of the policy
variants.py       which texts take turns, so that their returns are no changes by the vendor
doubts.py         why a snapshot's text may not be the vendor's doing

No conclusion changes a fact: what was listed, received and read stays in `snapshots` and `documents`.
"""
