"""How many, how long, when to look: the size of a trial before it begins."""
