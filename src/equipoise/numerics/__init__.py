"""Small mathematics: random streams, rounding, linear algebra."""
