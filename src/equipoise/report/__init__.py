"""Report of an analysis: tables, figures, listings and the document in every format."""
