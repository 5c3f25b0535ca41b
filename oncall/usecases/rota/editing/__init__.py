"""Rules of edits and swaps, and how an edit is applied to a rota."""
