"""Scrapy's side of asking an archive: the download handler that keeps the rate limits, and retries."""
