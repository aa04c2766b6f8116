{% include "head.sas" %}
/* Row 1 is the arm of interest, column 1 is having the outcome */
data counts;
  set {{ dataset | replace("-", "_") }};
  where TRTAID in ({{ arm | sas_string }}, {{ versus | sas_string }});
  group = ifn(TRTAID = {{ arm | sas_string }}, 1, 2);
  outcome = 2 - AVAL;
run;

proc freq data=counts;
  tables group*outcome / riskdiff(column=1 cl=(mn newcombe)) relrisk alpha={{ alpha }};
  exact fisher;
run;

/* Each arm with the interval of Wilson */
proc sort data={{ dataset | replace("-", "_") }};
  by TRTA;
run;
proc freq data={{ dataset | replace("-", "_") }};
  by TRTA;
  tables AVALC / binomial(level="Y" cl=wilson) alpha={{ alpha }};
run;

{% include "expected.sas" %}
