"""The rates and pauses that an archive asks for: the limits, their state on disk, and the gate that keeps them."""
