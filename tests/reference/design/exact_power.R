# Power and type I error of Fisher's exact test and of the chi-square test without
# continuity correction, by a walk over all tables with R's own tests.
#   Rscript exact_power.R > exact_power.json
fisher <- function(a, n1, b, n2) {
  fisher.test(matrix(c(a, n1 - a, b, n2 - b), 2), conf.int = FALSE)$p.value
}
score <- function(a, n1, b, n2) {
  p <- suppressWarnings(prop.test(c(a, b), c(n1, n2), correct = FALSE)$p.value)
  if (is.nan(p)) 1 else p
}
tests <- list(fisher = fisher, score = score)
region <- function(test, n1, n2, alpha) {
  outer(0:n1, 0:n2, Vectorize(function(a, b) tests[[test]](a, n1, b, n2) <= alpha * (1 + 1e-12)))
}
chance <- function(r, n1, n2, p, q) {
  sum(outer(dbinom(0:n1, n1, p), dbinom(0:n2, n2, q)) * r)
}
# type I error: 20,000 common proportions, and a search around the largest
largest <- function(r, n1, n2) {
  at <- function(p) chance(r, n1, n2, p, p)
  grid <- seq(0, 1, length.out = 20001)
  values <- vapply(grid, at, 0)
  top <- which.max(values)
  near <- grid[c(max(top - 1, 1), min(top + 1, length(grid)))]
  max(values[top], optimize(at, near, maximum = TRUE, tol = 1e-10)$objective)
}
designs <- list(c(17, 17, .67, .20, .05), c(22, 22, .67, .20, .05), c(25, 25, .67, .20, .05),
  c(3, 3, .99, .01, .05), c(93, 93, .5, .3, .05), c(30, 15, .67, .20, .05),
  c(19, 31, .1, .4, .01))
cases <- c()
for (test in names(tests)) for (d in designs) {
  r <- region(test, d[1], d[2], d[5])
  cases <- c(cases, sprintf(
    '  {"test": "%s", "n_first": %d, "n_second": %d, "first": %.2f, "second": %.2f, "alpha": %.2f, "rejected": %d, "power": %.14g, "error": %.14g}',
    test, d[1], d[2], d[3], d[4], d[5], sum(r), chance(r, d[1], d[2], d[3], d[4]),
    largest(r, d[1], d[2])))
}
cat('{\n"made_by": "exact_power.R: fisher.test and prop.test(correct = FALSE) of', R.version.string, 'over all tables",\n')
cat('"made_on": "', format(Sys.Date()), '",\n', sep = "")
cat('"rtol": 1e-9,\n"why_rtol": "sums of up to 8,836 products of binomial probabilities; the largest error is a search to 1e-10 in the proportion, where it is flat",\n"cases": [\n')
cat(paste(cases, collapse = ",\n"), "\n]\n}\n", sep = "")
