"""How requests are read and answered: parse, call one use-case, render."""
