"""What a run leaves behind: run folder, results, history, notices."""
