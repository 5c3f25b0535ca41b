"""What stands in for the world around the service: a carrier, whole nights, a demonstration."""
