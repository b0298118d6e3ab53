"""A crawl on several machines: batches of whole policies, which Dask hands to the machines of a cluster.

batches.py     what a machine gets to crawl
machine.py     crawls a batch there, in a folder that a second attempt goes on from
crawling.py    the process that does it, and ends when the one that started it does
transport.py   how corpora and kept bytes travel
dispatch.py    hands batches out, as many as there are machines
arrivals.py    what goes with a batch, and merges what comes back
progress.py    how far it is
connection.py  the cluster
"""
