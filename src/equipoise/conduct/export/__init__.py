"""Export of data, by role: blinded, or with arms once the trial is unblinded."""
