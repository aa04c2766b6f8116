"""Time-to-event endpoints: time to relapse."""
