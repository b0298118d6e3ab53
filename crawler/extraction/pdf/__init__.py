"""Reads policies that were published as PDF."""
