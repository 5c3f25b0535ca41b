"""The rota: duty, edits, swaps, confirmations, gaps and tests of phones."""
