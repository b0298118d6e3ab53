"""An archive's protocol for a client: addresses, CDX listings, what a response is, Save Page Now. Without I/O."""
