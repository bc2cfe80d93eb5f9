"""The store on SQLAlchemy Core: SQLite and PostgreSQL."""
