/* {{ title | comment }} */
/* Endpoint {{ endpoint }}: {{ about | comment }} */
{% for banner in banners %}
/* {{ banner | comment }} */
{% endfor %}
{% for line in origin %}
/* {{ line | comment }} */
{% endfor %}
/* Start SAS in the folder that holds adam and programs, or make it the current folder: */
/*   sas programs/sas/{{ stem }}.sas */
{% for note in notes %}
/* {{ note | comment }} */
{% endfor %}

data {{ dataset | replace("-", "_") }};
  infile "adam/{{ dataset }}.csv" dsd dlm="," firstobs=2 truncover lrecl=32767 encoding="utf-8" termstr=lf;
  length {{ lengths }};
  input {{ columns }};
  if PARAMCD = {{ paramcd | sas_string }} and ANL01FL = "Y";
run;

