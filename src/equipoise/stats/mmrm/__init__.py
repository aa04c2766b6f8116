"""Mixed models for repeated measures: one fit, or many trials of one design together.

Example:
    >>> import numpy as np
    >>> import pandas as pd
    >>> drug = [9, 7, 8, 3, 6, 6, 9, 4, 7, np.nan, 6, 2]  # two visits of 6 participants
    >>> placebo = [8, 9, 9, 7, 6, 7, 9, np.nan, 8, 8, 6, 5]
    >>> frame = pd.DataFrame({
    ...     "id": np.repeat(np.arange(12), 2), "visit": [1, 2] * 12, "y": drug + placebo,
    ...     "arm": pd.Categorical(np.repeat(["drug", "placebo"], 12), ["placebo", "drug"])})
    >>> fit = mmrm("y ~ arm * visit + us(visit | id)", frame)
    >>> fit
    MMRM by REML: y ~ arm + visit + arm:visit + us(visit | id)
    12 participants, 22 rows (2 excluded), 2 visits (1, 2)
    unstructured covariance, 3 parameters; df by Satterthwaite
    converged in 5 steps: deviance 72.197, AIC 78.197, BIC 79.651
    <BLANKLINE>
    Coefficients:
                           estimate std_error     df        t         p
    (Intercept)               7.667    0.5603     10    13.68  8.42e-08
    arm[T.drug]             -0.1667    0.7923     10  -0.2104    0.8376
    visit[T.2]              -0.3301    0.7856  8.446  -0.4202    0.6848
    arm[T.drug]:visit[T.2]   -2.821     1.111  8.446   -2.539   0.03331
    <BLANKLINE>
    Covariance of the visits:
            1       2
    1   1.883  0.9646
    2  0.9646   3.206
    >>> table = fit.contrasts("arm", by="visit", reference="placebo")
    >>> table[["contrast", "visit", "estimate", "std_error", "df"]].round(4)  # R nlme: gls
             contrast  visit  estimate  std_error       df
    0  drug - placebo      1   -0.1667     0.7923  10.0000
    1  drug - placebo      2   -2.9878     1.1178   8.4847
    >>> means = fit.emmeans("arm", by="visit")
    >>> means["estimate"].round(2).tolist()
    [7.67, 7.34, 7.5, 4.35]
    >>> fit.test_terms(type="III")[["term", "den_df", "F", "p"]].round(4)
            term  den_df       F       p
    0        arm   9.754  3.9480  0.0757
    1      visit   8.446  9.8192  0.0130
    2  arm:visit   8.446  6.4483  0.0333
    >>> fit.test([[0, 1, 0, 0], [0, 0, 0, 1]]).round(3)
       num_df  den_df      F      p
    0     2.0   9.504  3.905  0.058
    >>> cells = ("arm", "visit")
    >>> average = {(arm, visit): 0.5 if arm == "drug" else -0.5
    ...            for arm in ("drug", "placebo") for visit in (1, 2)}
    >>> change = {("drug", 2): 1, ("drug", 1): -1, ("placebo", 2): -1, ("placebo", 1): 1}
    >>> fit.estimate({"average": average, "change": change}, of=cells)
      label estimate std_error    df      t       p  lower   upper
    average   -1.577    0.7938 9.754 -1.987 0.07572 -3.352  0.1975
     change   -2.821     1.111 8.446 -2.539 0.03331  -5.36 -0.2826
    >>> fit.test({"average": average, "change": change}, of=cells).round(3)
       num_df  den_df      F      p
    0     2.0   8.887  3.905  0.061
    >>> kenward_roger = fit.using("kenward-roger").coefficients
    >>> equal_variances = mmrm("y ~ arm * visit + cs(visit | id)", frame)
    >>> print(fit.compare(equal_variances).loc[1, "p"].round(3))
    0.389
    >>> fit.residuals("normalized").round(2).head(2).tolist()
    [1.09, 1.14]
    >>> fit.predict(interval="confidence").round(2).head(1)
       estimate  std_error  lower  upper
    0       7.5       0.56    6.4    8.6
    >>> fit.tidy(conf_int=True).columns.tolist()  # as R mmrm
    ['term', 'estimate', 'std.error', 'df', 'statistic', 'p.value', 'conf.low', 'conf.high']
    >>> float(fit.glance().loc[0, "AIC"].round(2)), fit.augment().shape
    (78.2, (22, 6))
    >>> from matplotlib.figure import Figure  # in a notebook fit.plot("means") is enough
    >>> axes = fit.plot("means", ax=Figure().subplots())
    >>> text = fit.summary().as_markdown()
    >>> fit.conf_int().round(2).loc["(Intercept)"].tolist()  # as statsmodels
    [6.42, 8.91]
    >>> trials = fit.simulate(100, seed=1, frame=frame.drop(columns="y"))
    >>> design = mmrm_design("y ~ arm * visit + us(visit | id)", frame)
    >>> fits = mmrm_batch(design.contrasts("arm", by="visit", reference="placebo"), trials)
    >>> int(fits.converged.sum()), round(float(fits.estimate[:, 1].mean()), 1)
    (100, -3.0)
"""

from equipoise.stats.mmrm.batch import BatchFit, TrialDesign, mmrm_batch, mmrm_design
from equipoise.stats.mmrm.fit import mmrm
from equipoise.stats.mmrm.result import MmrmFit

__all__ = [
    "BatchFit",
    "MmrmFit",
    "TrialDesign",
    "mmrm",
    "mmrm_batch",
    "mmrm_design",
]
