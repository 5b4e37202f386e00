"""Controls of the map, found on the page and pressed."""
