"""How the schema became what it is; run by `oncall.store.schema.migrate`."""
