/* ---- The numbers of the report, to {{ digits }} significant digits -------------------------------- */
{% for number in numbers %}
/* {{ "%-58s" | format(number.name | comment) }} {{ "%14s" | format(number.text) }} */
{% endfor %}
