"""Call legs, the documents that are carried out for them, and the queues that they wait in."""
