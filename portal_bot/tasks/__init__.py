"""What the bot does besides a single run. The sub-packages do not know each other."""
