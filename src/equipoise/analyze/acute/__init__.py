"""Acute effects of a dose, such as dissociation: time course, return, attenuation."""
