"""portal-bot: gives and takes permissions in a portal that has no API, in a real browser, and proves that it did."""

__version__ = "0.1.0"
