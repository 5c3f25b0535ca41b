"""Access to families and its log, retention, erasure, and the chains of the journal."""
