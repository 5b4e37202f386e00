"""``config.yaml``: read with the line of every value, checked, edited in its own text."""
