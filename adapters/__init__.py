"""The outside: everything with a side effect implements a port of ``service/ports.py``."""
