"""What ends a run early: the brakes that hold for all workers, signals, the deadline."""
