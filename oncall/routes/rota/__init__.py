"""Pages about the rota and about own shifts."""
