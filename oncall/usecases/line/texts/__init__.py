"""Take texts that arrive on a line: a family's words, and the orders of staff."""
