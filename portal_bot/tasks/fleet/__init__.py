"""Several portals with one command, here or on a cluster."""
