# Power of the t tests of a 2 x 2 factorial trial with an interaction in the model (N - 4
# degrees of freedom, rejections in the right direction), from base R:
# "single": the cell means are written out, the noncentrality of a contrast of the fitted
#   coefficients is taken from the design matrix by lm, and the power from pt.
# "joint": all or at least one of independent contrasts, integrate() over the residual variance.
# "holm": 400,000 trials, sufficient statistics drawn, p.adjust(method = "holm").
#   Rscript factorial_power.R > factorial_power.json
cells <- function(n, p, q) round(n * c((1 - p) * (1 - q), p * (1 - q), (1 - p) * q, p * q))
ncp <- function(n, p, q, effects, sd) {
  k <- cells(n, p, q)
  a <- rep(c(0, 1, 0, 1), k); b <- rep(c(0, 0, 1, 1), k)
  # the interaction is centred at the allocation, so that the margins are pooled
  X <- cbind(1, a, b, (a - p) * (b - q))
  V <- solve(crossprod(X))
  effects / (sd * sqrt(diag(V)[2:4]))
}
upper <- function(t, df, m) pt(t, df, m, lower.tail = FALSE)
given <- function(s, m, c) pnorm(c * s, m, lower.tail = FALSE)
joint <- function(m, df, c, goal) {
  f <- function(u) {
    s <- sqrt(u / df)
    p <- sapply(m, function(x) given(s, x, c))
    p <- matrix(p, nrow = length(u))
    dchisq(u, df) * (if (goal == "all") apply(p, 1, prod) else 1 - apply(1 - p, 1, prod))
  }
  integrate(f, qchisq(1e-14, df), qchisq(1e-14, df, lower.tail = FALSE), rel.tol = 1e-10,
            subdivisions = 2000)$value
}
set.seed(20)
holm <- function(m, df, alpha, trials = 400000) {
  s <- sqrt(rchisq(trials, df) / df)
  t <- sapply(m, function(x) rnorm(trials, x) / s)
  P <- 2 * pt(-abs(t), df)
  A <- t(apply(P, 1, p.adjust, method = "holm"))
  R <- A <= alpha & t > 0
  c(mean(R[, 1]), mean(R[, 2]), mean(apply(R, 1, all)), mean(apply(R, 1, any)))
}
num <- function(x) paste0("[", paste(sprintf("%.12g", x), collapse = ", "), "]")
d <- list(list(128, .5, .5, c(5, 4, 3), 10, .05), list(40, .5, .5, c(9, 7, 12), 10, .05),
          list(180, 2/3, .5, c(5, 4, 6), 11, .025), list(12, .5, .5, c(16, 20, 10), 10, .05),
          list(240, 2/3, 3/4, c(5, 5, 10), 10, .05))
rows <- vapply(d, function(x) {
  m <- ncp(x[[1]], x[[2]], x[[3]], x[[4]], x[[5]]); df <- x[[1]] - 4; a <- x[[6]]
  c1 <- qt(1 - a / 2, df); c2 <- qt(1 - a / 4, df)
  sprintf(paste0('  {"n": %d, "shares": %s, "effects": %s, "sd": %g, "alpha": %g,\n   "single": %s,',
    ' "bonferroni": %s,\n   "all": %.12g, "any": %.12g, "any_bonferroni": %.12g,\n   "holm": %s}'),
    x[[1]], num(c(x[[2]], x[[3]])), num(x[[4]]), x[[5]], a, num(upper(c1, df, m)),
    num(upper(c2, df, m)), joint(m[1:2], df, c1, "all"), joint(m[1:2], df, c1, "any"),
    joint(m[1:2], df, c2, "any"), num(holm(m[1:2], df, a)))
}, "")
cat('{\n"made_by": "factorial_power.R: lm design matrix, pt, integrate and p.adjust of',
    R.version.string, '",\n')
cat('"made_on": "', format(Sys.Date()), '",\n', sep = "")
cat('"rtol": 1e-7,\n"why_rtol": "the noncentral t of R is good to about 1e-9, its adaptive quadrature to about 1e-8; holm is simulated, 400,000 trials",\n"cases": [\n')
cat(paste(rows, collapse = ",\n"), "\n]\n}\n", sep = "")
