"""What others saw of policies, taken into the corpus as further snapshots: it completes what the archive has."""
