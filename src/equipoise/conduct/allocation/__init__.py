"""Allocation database: the concealed schedule, kits, syringes and pharmacy register."""
