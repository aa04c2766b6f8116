"""Services of the allocation database: conceal, allocate, unblind, verify.

These are the only modules that import the tables of the allocation database.
"""
