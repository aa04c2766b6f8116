"""How a response is kept: schedules of further infusions, compared on virtual people."""
