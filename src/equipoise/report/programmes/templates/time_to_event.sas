{% include "head.sas" %}
proc lifetest data={{ dataset | replace("-", "_") }} method=km conftype={{ sas_conftype }} alpha={{ alpha }};
  time AVAL*CNSR(1);
  strata TRTA;
run;
{% if compared %}

data compared;
  set {{ dataset | replace("-", "_") }};
  where TRTAID in ({{ arm | sas_string }}, {{ versus | sas_string }});
  active = (TRTAID = {{ arm | sas_string }});
  lower = SINCE;
  if lower = 0 then lower = .;   /* after day 0: no left end */
run;

proc lifetest data=compared method=km;
  time AVAL*CNSR(1);
  strata active / test=logrank;
run;

proc phreg data=compared;
  model AVAL*CNSR(1) = active / ties=efron risklimits alpha={{ alpha }};
run;

/* Restricted means up to day {{ tau }} (SAS/STAT 15.1 or later) */
proc lifetest data=compared rmst(tau={{ tau }});
  time AVAL*CNSR(1);
  strata active;
run;

/* Events found at a visit lie between SINCE and UNTIL: exp of the coefficient is the time ratio. */
/* Its interval and P in the report are wider (N - 3 degrees of freedom): compare estimate and SE. */
proc lifereg data=compared;
  model (lower, UNTIL) = active / dist=weibull alpha={{ alpha }};
run;
{% endif %}

/* Turnbull's curve for the same intervals */
proc iclifetest data={{ dataset | replace("-", "_") }};
  time (SINCE, UNTIL);
  strata TRTA;
run;

{% include "expected.sas" %}
