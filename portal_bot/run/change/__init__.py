"""One change and who else it may have touched: retries of Save, neighbors in the list."""
