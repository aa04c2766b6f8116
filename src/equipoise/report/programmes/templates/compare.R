# ---- The numbers of the report ---------------------------------------------------------
# They are rounded to {{ digits }} significant digits. R agrees if its own value, before rounding, is within
# {{ slack }} units of the last of them: 0.5 for rounding, the rest for the last digits of a search.
expected <- c(
{% for number in numbers %}
  {{ number.name | r_string }} = {{ number.text }}{{ "" if loop.last else "," }}
{% endfor %}
)
checked <- setdiff(names(expected), unchecked)
values  <- printed[checked]
unit    <- pmax(10^(floor(log10(abs(expected[checked]))) - {{ digits - 1 }}), 1e-8) # of the last digit
agrees  <- !is.na(values) & abs(values - expected[checked]) <= {{ slack }} * unit
written <- function(x) sapply(signif(x, {{ digits }}), format, digits = {{ digits }})
print(data.frame(
  quantity  = checked,
  Equipoise = written(expected[checked]),
  R         = written(values),
  agrees    = ifelse(agrees, "yes", "NO")
), row.names = FALSE, right = FALSE)
if (!all(agrees)) {
  stop(sum(!agrees), " of ", length(agrees), " checked numbers differ from the report: ",
       paste(checked[!agrees], collapse = "; "), call. = FALSE)
}
left <- length(expected) - length(checked)
cat(sum(agrees), " of ", length(agrees), " checked numbers agree",
    if (left > 0) paste0("; ", left, " not checked (install the R packages mmrm and emmeans)"), "\n", sep = "")
cat("Agree: R's value before rounding is within {{ slack }} units of significant digit {{ digits }} of the number of the report\n",
    "(numbers below 0.0001: within {{ slack }} units of the eighth decimal place).\n", sep = "")
