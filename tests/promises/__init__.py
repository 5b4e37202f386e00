"""A portal with the quirks of real ones, and what the bot promises on each of them."""
