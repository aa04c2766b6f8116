"""Supporting methods that an endpoint asks for by name."""
