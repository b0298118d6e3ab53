"""Whether a capture is the policy, and if not, why."""
