"""The archive's protocol, known nowhere else: addresses, CDX listings, playback responses, politeness, local WARC files."""
