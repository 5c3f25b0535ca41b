"""What happened: a contact is folded from the entries of the journal. Pure."""
