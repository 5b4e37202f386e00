"""Looks that travel."""
