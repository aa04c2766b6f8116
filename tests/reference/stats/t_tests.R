# t tests of R's stats package: Rscript t_tests.R > t_tests.json
num <- function(x) paste0("[", paste(sprintf("%.15g", x), collapse = ", "), "]")
x <- c(12.1, 9.4, 15.2, 7.7, 11.0, 13.6, 8.8, 10.4, 14.9)
y <- c(10.2, 9.9, 11.7, 8.1, 9.0, 12.2, 9.4, 7.3, 13.1)
z <- c(8.1, 22.4, 5.0, 13.2, 17.5, 9.3)
one <- function(kind, t) {
  lim <- ifelse(is.finite(t$conf.int), sprintf("%.15g", t$conf.int), "null")
  sprintf('{"kind": "%s", "t": %.15g, "df": %.15g, "p": %.15g, "lower": %s, "upper": %s}',
    kind, t$statistic, t$parameter, t$p.value, lim[1], lim[2])
}
rows <- c(
  one("one", t.test(x, mu = 10)), one("one-less", t.test(x, mu = 10, alternative = "less")),
  one("paired", t.test(x, y, paired = TRUE)),
  one("paired-greater", t.test(x, y, paired = TRUE, mu = 0.5, alternative = "greater", conf.level = 0.9)),
  one("welch", t.test(x, z)), one("welch-greater", t.test(x, z, mu = -3, alternative = "greater")),
  one("pooled", t.test(x, z, var.equal = TRUE)),
  one("tost-low", t.test(x, y, mu = -2.5, var.equal = TRUE, alternative = "greater")),
  one("tost-high", t.test(x, y, mu = 2.5, var.equal = TRUE, alternative = "less")),
  one("tost-interval", t.test(x, y, var.equal = TRUE, conf.level = 0.9)))
cat(sprintf('{"made_by": "%s, stats::t.test; t_tests.R", "made_on": "2026-12-02",
 "rtol": 1e-10, "why_rtol": "the same formula in double precision, printed with 15 digits; P values pass another incomplete beta function",
 "x": %s, "y": %s, "z": %s,
 "cases": [%s]}\n', R.version.string, num(x), num(y), num(z), paste(rows, collapse = ",\n  ")))
