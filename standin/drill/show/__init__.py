"""How a night is told on the terminal, and what came of many."""
