"""The demo and the sandbox: the only commands that know the sandbox."""
