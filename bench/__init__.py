"""How fast calls are taken, beside the least that any durable webhook costs."""
