"""TrialData: the one door between a trial and its analysis."""
