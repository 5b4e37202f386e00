"""Practice portals and pages that are not ours: what the bot meets outside its own sandbox."""
