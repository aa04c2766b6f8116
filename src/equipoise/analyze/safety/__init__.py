"""Safety: adverse events, their trend over infusions, vital signs, listings."""
