# Linear combinations of R nlme 3.1.162 (R 4.2.2) for the antidepressant trial.
# Run: Rscript estimate.R antidepressant_data.csv > estimate.json
library(nlme)
d <- read.csv(commandArgs(TRUE)[1])
d$VISIT <- factor(d$VISIT)
d$THERAPY <- factor(d$THERAPY, levels = c("PLACEBO", "DRUG"))
d <- d[order(d$PATIENT, d$VISIT), ]
d$time <- as.integer(d$VISIT)
fit <- gls(CHANGE ~ BASVAL * VISIT + THERAPY * VISIT, d,
  correlation = corSymm(form = ~ time | PATIENT), weights = varIdent(form = ~ 1 | VISIT),
  control = glsControl(msTol = 1e-12, tolerance = 1e-12, maxIter = 500, msMaxIter = 500))
b <- coef(fit)
V <- vcov(fit)
of <- function(...) {
  w <- c(...)
  l <- setNames(rep(0, length(b)), names(b))
  l[names(w)] <- w
  sprintf("[%.10f, %.10f]", sum(l * b), sqrt(drop(t(l) %*% V %*% l)))
}
# differences DRUG - PLACEBO at visits 4, 5, 6, 7 are t, t + a, t + b, t + c
rows <- c(
  average = of(THERAPYDRUG = 1, "VISIT5:THERAPYDRUG" = 0.5),
  change = of("VISIT7:THERAPYDRUG" = 1),
  slope = of("VISIT5:THERAPYDRUG" = -0.1, "VISIT6:THERAPYDRUG" = 0.1, "VISIT7:THERAPYDRUG" = 0.3))
cat("{", paste0('"', names(rows), '": ', rows, collapse = ", "), "}\n")
