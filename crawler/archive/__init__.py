"""The archive's protocol, known nowhere else: addresses, listings, playback, politeness, WARC files served locally."""
