"""Lists of people: read from spreadsheets, merged into the config, compared with the portal, written as a config."""
