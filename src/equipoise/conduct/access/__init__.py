"""Who may do what at which site."""
