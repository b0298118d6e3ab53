"""Scrapy extensions: the local archive, progress, notifications, the log."""
