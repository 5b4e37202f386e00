"""One portal in a browser: its map, the browser, the controls on a page, the page as the flows use it."""
