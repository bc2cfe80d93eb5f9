"""HTTP: each file is one family of routes; it is handed its services."""
