"""The office behind the sandbox portal: people, permissions, account and audit log."""
