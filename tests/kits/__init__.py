"""Portals built on stock widget kits, with the kits' own markup and defaults, each with its own audit."""
