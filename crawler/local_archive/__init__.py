"""Archive files served on loopback in the archive's protocol, as far as the project's spiders use it."""
