"""Alembic's entry: runs the migrations on the engine that ``database.upgrade`` hands over."""

from __future__ import annotations

from alembic import context

from adapters.sql.tables import metadata

with context.config.attributes["engine"].begin() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()
