"""What staff see and do on the pages: load, decide, save."""
