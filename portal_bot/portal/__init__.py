"""One portal in a browser: its map, the browser, what a page shows and what that means, the page as the flows use it."""
