"""From a domain to its policies, through time: which links and addresses lead to policies, and what to ask. Without
I/O.
"""
