"""Deeds on the sealed list, a module each: seal, allocate, open, verify.

These are the only modules that import the tables of the vault.
"""
