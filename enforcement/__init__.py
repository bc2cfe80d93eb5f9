"""Given that, what do the published rules order? Pure."""
