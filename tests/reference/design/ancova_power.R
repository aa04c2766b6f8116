# Power of the analysis of covariance with a normal covariate, two equal arms, error 0.05
# two-sided (rejections in the right direction): Shieh 2020, Psychometrika 85:101-120, by
# adaptive quadrature over the chance difference; and of the t test by power.t.test.
#   Rscript ancova_power.R > ancova_power.json
ancova <- function(n, d) {
  N <- 2 * n
  integrand <- function(t) {
    dt(t, N - 2) * pt(qt(.975, N - 3), N - 3, d * sqrt(n / 2) / sqrt(1 + t^2 / (N - 2)),
                      lower.tail = FALSE)
  }
  integrate(integrand, -Inf, Inf, rel.tol = 1e-11, subdivisions = 1000)$value
}
t_test <- function(n, d) power.t.test(n = n, delta = d)$power
size <- function(delta, sd, power) {
  power.t.test(delta = delta, sd = sd, power = power, tol = 1e-12)$n
}
d <- list(c(4, 3), c(6, 2.2), c(14, 1), c(30, .7), c(200, .25))
row <- function(f, name) vapply(d, function(x) sprintf(
  '  {"test": "%s", "n": %d, "effect": %g, "power": %.12g}', name, x[1], x[2],
  f(x[1], x[2])), "")
s <- list(c(11.88, 10.51, .8), c(11.88, 10.51, .9), c(6, 10.51, .9), c(11.1, 10.51, .8))
sizes <- vapply(s, function(x) sprintf(
  '  {"test": "size", "difference": %g, "sd": %g, "power": %g, "n": %.12g}', x[1], x[2],
  x[3], size(x[1], x[2], x[3])), "")
cat('{\n"made_by": "ancova_power.R: pt, integrate and power.t.test of', R.version.string, '",\n')
cat('"made_on": "', format(Sys.Date()), '",\n', sep = "")
cat('"rtol": 1e-7,\n"why_rtol": "the noncentral t of R is good to about 1e-9, its adaptive quadrature to about 1e-8",\n"cases": [\n')
cat(paste(c(row(ancova, "ancova"), row(t_test, "t"), sizes), collapse = ",\n"), "\n]\n}\n", sep = "")
