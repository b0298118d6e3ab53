"""Policies that were published as PDF."""
