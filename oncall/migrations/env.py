"""How Alembic reaches the database: through the connection that `migrate` has opened and locked."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,
    # One transaction for all: SQLite too undoes a schema change, if it is begun explicitly.
    transaction_per_migration=False,
)

with context.begin_transaction():
    context.run_migrations()
