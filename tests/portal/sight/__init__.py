"""Sight: what is what on saved looks, without a browser."""
