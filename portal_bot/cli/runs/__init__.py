"""Commands that run, repeat and look back."""
