"""The sandbox portal's pages, in two layouts, and its server."""
