"""Binary endpoints: response, remission, incidence of adverse events."""
