"""``python -m portal_bot`` is ``portal-bot``."""

from portal_bot.cli import main

main()
