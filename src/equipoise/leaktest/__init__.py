"""Leak test of the blinding: whether blinded users could learn an arm."""
