"""The browser: found, started, watched, ended."""
