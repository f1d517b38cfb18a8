"""The changes of the accounts database, in order; Alembic runs them."""
