# Log-rank tests with and without strata, by R survival 3.5.3, R 4.2.2 (2026-11-30):
#   Rscript reference.R > reference.json
# Data of the package: veteran (137 patients, two treatments, four cell types; tied times).
library(survival)
text <- function(x) paste0("[", paste(format(x, digits = 17), collapse = ", "), "]")
quoted <- function(x) paste0("[", paste0('"', x, '"', collapse = ", "), "]")
result <- function(fit) {
  sprintf('{"chisq": %.17g, "p": %.17g}', fit$chisq, pchisq(fit$chisq, 1, lower.tail = FALSE))
}
cat(sprintf(
  '{"time": %s, "event": %s, "group": %s, "strata": %s, "prior": %s,\n "plain": %s, "stratified": %s, "two": %s}\n',
  text(veteran$time), text(veteran$status), text(veteran$trt), quoted(veteran$celltype), text(veteran$prior),
  result(survdiff(Surv(time, status) ~ trt, veteran)),
  result(survdiff(Surv(time, status) ~ trt + strata(celltype), veteran)),
  result(survdiff(Surv(time, status) ~ trt + strata(celltype, prior), veteran))))
