"""Commands that set a portal up."""
