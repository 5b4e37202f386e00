"""A worker's signed-in session in its browser."""
