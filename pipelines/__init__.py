"""Keeps what a crawl found: one item pipeline a module, in the order that crawler/settings.py lists them."""
