"""Looks: snapshots as nodes."""
