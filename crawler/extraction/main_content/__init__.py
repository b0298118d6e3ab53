"""Finds the policy on a page."""
