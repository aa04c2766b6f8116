"""Forms derived from the protocol, and their edit checks, for browser and server."""
