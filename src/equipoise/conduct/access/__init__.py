"""Accounts, roles, rights at each site, re-authentication and the second approver."""
