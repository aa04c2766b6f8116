"""Who was in the trial: analysis sets, deviations, follow-up."""
