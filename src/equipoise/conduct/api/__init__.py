"""HTTP API: OpenAPI, and tokens with the rights of their user and no more."""
