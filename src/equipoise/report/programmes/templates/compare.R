# ---- The numbers of the report ---------------------------------------------------------
# They agree if they differ by no more than rounding to {{ digits }} significant digits explains.
expected <- c(
{% for number in numbers %}
  {{ number.name | r_string }} = {{ number.text }}{{ "" if loop.last else "," }}
{% endfor %}
)
checked <- setdiff(names(expected), unchecked)
values  <- printed[checked]
unit    <- pmax(10^(floor(log10(abs(expected[checked]))) - {{ digits - 1 }}), 1e-8) # of the last digit
agrees  <- !is.na(values) & abs(values - expected[checked]) <= 0.6 * unit
written <- function(x) sapply(signif(x, {{ digits }}), format, digits = {{ digits }})
print(data.frame(
  quantity  = checked,
  Equipoise = written(expected[checked]),
  R         = written(values),
  agrees    = ifelse(agrees, "yes", "NO")
), row.names = FALSE, right = FALSE)
if (!all(agrees)) {
  stop(sum(!agrees), " of ", length(agrees), " numbers differ from the report: ",
       paste(checked[!agrees], collapse = "; "), call. = FALSE)
}
cat(sum(agrees), "of", length(expected), "numbers agree with the report to {{ digits }} digits\n")
missing <- length(expected) - length(checked)
if (missing > 0) cat(missing, "numbers were not checked: they need the R package mmrm\n")
