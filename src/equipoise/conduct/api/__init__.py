"""The HTTP interface: OpenAPI, tokens that carry the rights of a person and no more."""
