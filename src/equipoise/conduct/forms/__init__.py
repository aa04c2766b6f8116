"""Forms that follow from the protocol: one definition for browser and server."""
