"""Lists of people: their rows, and how to see more of them."""
