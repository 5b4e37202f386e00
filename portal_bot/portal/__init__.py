"""The portal as the bot meets it: what a page shows, and what that means."""
