"""Looks that travel: saved without anybody in them, and judged without a portal."""
