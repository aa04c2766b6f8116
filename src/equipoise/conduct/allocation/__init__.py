"""The sealed list, in a vault of its own: one service a deed, and one importer."""
