"""The trunk: what a trial is, from its protocol file."""
