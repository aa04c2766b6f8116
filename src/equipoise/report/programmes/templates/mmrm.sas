{% include "head.sas" %}
{% for note in sas.comments %}
/* {{ note | comment }} */
{% endfor %}
/* TRTAN: {{ arm_codes | comment }} */
/* AVISITN: {{ visit_codes | comment }} */
{% if sas.type %}
proc mixed data={{ dataset | replace("-", "_") }} method=reml{{ " empirical" if sas.empirical }};
  class USUBJID TRTAN{{ "" if single else " AVISITN" }}{% for name in factors %} {{ name }}{% endfor %};
  model {{ response }} = {{ sas_fixed }} / solution cl alpha={{ alpha }} ddfm={{ sas.ddfm }};
{% if not single %}
  repeated AVISITN / subject=USUBJID type={{ sas.type }} r rcorr;
{% endif %}
  lsmeans {{ "TRTAN" if single else "TRTAN*AVISITN" }} / cl alpha={{ alpha }}{{ "" if contrasts else " diff" }};
{% for contrast in contrasts %}
  estimate {{ contrast.label | comment | sas_string }} {{ contrast.weights }} / cl alpha={{ alpha }};
{% endfor %}
run;

{% endif %}
{% include "expected.sas" %}
