"""Statistics of randomized trials on arrays and data frames, without a protocol.

===================  =============================================================
``mmrm``             mixed models for repeated measures; many trials together
``survival``         Kaplan-Meier, log-rank, restricted means, Cox, Weibull, competing
                     events, interval-censored times
``proportions``      differences, ratios, exact tests, covariate-adjusted risks
``imputation``       multiple and reference-based imputation, tipping points
``blinding``         James and Bang indices, E-values
``ranks``            rank-sum, van Elteren, signed-rank and trend tests, Hodges-Lehmann
                     shift, win probability
``regression``       ANCOVA, covariate-adjusted marginal effects, counts
``t_tests``          t tests of one sample, pairs and two samples, equivalence
``means``            means and Welch's difference, with t intervals
``effect_size``      Cohen's d and Hedges' g
``event_rates``      rates of events in person-time, and their ratio
``multiplicity``     adjusted P values of several tests
``options``          names of methods and structures, with what R and SAS call them
===================  =============================================================

A function rejects impossible numbers and unknown names with an ``AnalysisError``. Its
result prints its numbers with their names.

Example:
    >>> from equipoise.stats.proportions import risk_difference
    >>> risk_difference(10, 15, 3, 15)
    RiskDifference(estimate=0.4667, lower=0.1087, upper=0.7184)
"""
