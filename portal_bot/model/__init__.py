"""What the bot speaks of: people, what is wanted, what was seen and what came of it. No browser, no config, no console."""
