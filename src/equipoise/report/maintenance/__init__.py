"""What a comparison of maintenance schedules looks like: table, drawing, page."""
