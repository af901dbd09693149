"""Alembic's entry: runs the steps in the transaction that `digest.store.migrate` opened."""

from alembic import context

from digest.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
