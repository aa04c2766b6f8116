"""Output formats of a report: HTML page, PDF, Word and RTF."""
