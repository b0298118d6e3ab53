"""The main content of a page: the policy on it."""
