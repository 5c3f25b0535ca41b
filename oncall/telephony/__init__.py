"""How we speak with the carrier: its documents, its REST interface, its signature."""
