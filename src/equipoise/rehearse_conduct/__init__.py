"""A whole trial through the real application, over HTTP, on virtual participants."""
