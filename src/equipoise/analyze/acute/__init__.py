"""Acute effects of a dose, such as dissociation: course, return, attenuation."""
