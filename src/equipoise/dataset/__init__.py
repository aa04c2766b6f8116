"""TrialData: the data of a trial, checked for the analysis."""
