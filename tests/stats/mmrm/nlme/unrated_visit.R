# Reference results of R nlme where no participant was rated at a planned visit.
# Rscript unrated_visit.R > unrated_visit.json      (R 4.2.2, nlme 3.1.162)
#
# 40 participants, planned visits 1 to 5, the fourth never rated, some later ratings
# missing. gls takes the visit's number as time, so visits 3 and 5 are two steps apart:
# corAR1 has rho^|t - s|; corARMA(p = 4) has a free correlation for each of the lags 1 to
# 4 over five visits, which is the Toeplitz structure of SAS TYPE=TOEP.
library(nlme)
set.seed(170)
n <- 40
S <- 25 * 0.75^abs(outer(1:5, 1:5, "-"))
Y <- matrix(rnorm(5 * n), n) %*% chol(S) + matrix(c(20, 18, 17, 16, 15), n, 5, byrow = TRUE)
arm <- rep(c("P", "T"), n / 2)
Y[arm == "T", ] <- Y[arm == "T", ] - matrix(c(0, 1, 2, 2, 3), n / 2, 5, byrow = TRUE)
Y[runif(n) < 0.2, 5] <- NA
Y[runif(n) < 0.1, 3] <- NA
long <- data.frame(id = rep(1:n, each = 5), t = rep(1:5, n), arm = rep(arm, each = 5),
                   y = round(as.vector(t(Y)), 3))
long <- long[long$t != 4 & !is.na(long$y), ]
long$visit <- factor(long$t)
tight <- glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500)
each <- varIdent(form = ~ 1 | visit)
cases <- list(
  ar1 = list(corAR1(form = ~ t | id), NULL),
  ar1h = list(corAR1(form = ~ t | id), each),
  toep = list(corARMA(form = ~ t | id, p = 4), NULL),
  toeph = list(corARMA(form = ~ t | id, p = 4), each)
)
number <- function(x) paste0("[", paste(formatC(x, digits = 17, format = "g"), collapse = ", "), "]")
text <- function(x) paste0("[", paste0('"', x, '"', collapse = ", "), "]")
lines <- sprintf('  "data": {"id": %s, "t": %s, "arm": %s, "y": %s}', number(long$id),
                 number(long$t), text(long$arm), number(long$y))
for (name in names(cases)) {
  fit <- gls(y ~ arm * visit, data = long, method = "REML",
             correlation = cases[[name]][[1]], weights = cases[[name]][[2]], control = tight)
  lines <- c(lines, sprintf(
    '  "%s": {"logLik": %s, "beta": %s, "se": %s}', name,
    formatC(as.numeric(logLik(fit)), digits = 17, format = "g"),
    number(coef(fit)), number(sqrt(diag(fit$varBeta)))))
}
cat("{\n", paste(lines, collapse = ",\n"), "\n}\n", sep = "")
