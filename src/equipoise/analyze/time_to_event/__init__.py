"""Time-to-event endpoints: time to loss of response or remission."""
