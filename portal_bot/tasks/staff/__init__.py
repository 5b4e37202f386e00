"""People who start and people who leave."""
