"""Opening one arm in an emergency: who, why, and nobody else sees it."""
