"""One portal account: password, one-time codes, refusals, saved session, lock."""
