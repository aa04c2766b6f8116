"""Virtual participants."""
