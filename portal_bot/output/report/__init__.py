"""What an office manager reads of a run: one page that opens from disk. Pure, but for ``run_report.py``, which reads and writes files."""
