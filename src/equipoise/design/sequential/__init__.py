"""Trials with interim looks: boundaries, estimates, conditional power, re-estimation."""
