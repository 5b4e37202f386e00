"""The bot's script inside a page, and the calls into it."""
