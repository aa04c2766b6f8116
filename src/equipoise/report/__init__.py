"""Tables, figures and the document."""
