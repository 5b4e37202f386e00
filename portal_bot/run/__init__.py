"""One run from config to exit code: workers, their queue, the brakes, and what follows."""
