"""The carrier's documents: the verbs, and how a document is read."""
