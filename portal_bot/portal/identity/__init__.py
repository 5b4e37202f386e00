"""Whose record or row this is. Pure."""
