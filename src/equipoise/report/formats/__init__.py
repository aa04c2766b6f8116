"""The same content as a page, as PDF, as Word and as RTF."""
