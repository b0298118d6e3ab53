"""Archive files (WARC) served on loopback in the archive's protocol."""
