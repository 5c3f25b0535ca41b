"""Store who may read what, exports, retention and erasure."""
