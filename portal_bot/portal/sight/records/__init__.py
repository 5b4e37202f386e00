"""Records: whose one is, its permissions, and what changed on it."""
