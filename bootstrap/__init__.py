"""The only place where adapters are built and handed to the services: a module for each kind of process."""
