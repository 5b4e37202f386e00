"""What one page shows, and what that means."""
