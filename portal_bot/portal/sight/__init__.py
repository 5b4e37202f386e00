"""Sight: what is what on a look. Pure functions; captions are all they know of a portal."""
