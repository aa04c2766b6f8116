"""Binary endpoints: responders, remission, incidence of adverse events."""
