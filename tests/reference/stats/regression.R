# Adjusted analyses by base R: Rscript regression.R > regression.json
# lm, glm, hatvalues and predictions; sandwiches and Ye et al. 2023 written out here.
num <- function(x) paste0("[", paste(sprintf("%.15g", as.vector(x)), collapse = ", "), "]")
n <- 36
arm <- rep(c("C", "A", "B"), 12)
x <- round(sin(1:n * 1.7) * 4 + (1:n) / 9, 2)
site <- rep(c("north", "south", "south", "west"), 9)
y <- round(10 + 2 * (arm == "A") + 1.2 * (arm == "B") * x + 0.8 * x + 3 * cos(1:n * 2.3) * (1 + (arm == "A")), 2)
r <- as.integer(sin(1:n * 3.1) + 0.25 * x - 0.4 + 0.8 * (arm == "A") > 0)
k <- pmax(0, round(exp(0.6 + 0.25 * x + 0.5 * (arm == "A") - 0.3 * (arm == "B")) + 1.5 * cos(1:n * 1.1)))
t <- rep(c(1, 0.5, 2, 1.5, 1), length.out = n)
d <- data.frame(arm = factor(arm, levels = c("C", "A", "B")), x, site = factor(site), y, r, k, t)

hc <- function(m, type) {
  X <- model.matrix(m); h <- hatvalues(m); e <- resid(m)
  w <- switch(type, HC0 = e^2, HC1 = e^2 * nrow(X) / df.residual(m), HC2 = e^2 / (1 - h), HC3 = e^2 / (1 - h)^2)
  B <- solve(crossprod(X)); sqrt(diag(B %*% crossprod(X, X * w) %*% B))
}
m <- lm(y ~ arm + x + site, d)
a <- anova(m); a3 <- drop1(m, test = "F")
ancova <- sprintf('{"coef": %s, "model": %s, "HC0": %s, "HC1": %s, "HC2": %s, "HC3": %s, "mse": %.15g, "r_squared": %.15g, "type1": %s, "type3": %s}',
  num(coef(m)), num(coef(summary(m))[, 2]), num(hc(m, "HC0")), num(hc(m, "HC1")), num(hc(m, "HC2")), num(hc(m, "HC3")),
  summary(m)$sigma^2, summary(m)$r.squared, num(a[["F value"]][1:3]), num(a3[["F value"]][2:4]))

# Marginal effects, A against C.
marginal <- function(formula, family, outcome) {
  m <- glm(formula, family = family, data = d, epsilon = 1e-14, maxit = 100)
  X <- model.matrix(m); link <- m$family
  preds <- list(); grads <- list()
  for (lev in levels(d$arm)) {
    e <- d; e$arm <- factor(lev, levels = levels(d$arm))
    M <- model.matrix(delete.response(terms(m)), e); eta <- drop(M %*% coef(m))
    preds[[lev]] <- link$linkinv(eta); grads[[lev]] <- colMeans(M * link$mu.eta(eta))
  }
  P <- do.call(cbind, preds); G <- do.call(rbind, grads)
  disp <- if (link$family == "gaussian") summary(m)$dispersion else 1
  V <- vcov(m) / summary(m)$dispersion * disp
  ge <- G %*% V %*% t(G)
  h <- hatvalues(m); u <- (d[[outcome]] - fitted(m)) / (1 - h)
  B <- vcov(m) / summary(m)$dispersion
  S <- crossprod(X * u); ger <- G %*% B %*% S %*% B %*% t(G)
  I <- sweep(P, 2, colMeans(P)) + n * (X * u) %*% B %*% t(G); rob <- crossprod(I) / n^2
  K <- 3; C <- matrix(0, K, K); Y <- d[[outcome]]; levs <- levels(d$arm)
  for (i in 1:K) for (j in 1:K) C[i, j] <- cov(Y[d$arm == levs[i]], P[d$arm == levs[i], j])
  W <- C + t(C) - var(P)
  for (i in 1:K) W[i, i] <- W[i, i] + var(Y[d$arm == levs[i]] - P[d$arm == levs[i], i]) / mean(d$arm == levs[i])
  ye <- W / n
  se <- function(V, g) sqrt(drop(t(g) %*% V %*% g))
  mu <- colMeans(P); diff <- c(-1, 1, 0); lr <- diff / mu; lo <- diff / (mu * (1 - mu))
  sprintf('{"means": %s, "difference": {"ge": %.15g, "ge-robust": %.15g, "robust": %.15g, "ye": %.15g}, "ratio": {"ge": %.15g, "robust": %.15g}, "odds-ratio": {"ge": %.15g, "robust": %.15g}}',
    num(mu), se(ge, diff), se(ger, diff), se(rob, diff), se(ye, diff), se(ge, lr), se(rob, lr),
    if (link$family == "binomial") se(ge, lo) else 0, if (link$family == "binomial") se(rob, lo) else 0)
}
p <- glm(k ~ arm + x + offset(log(t)), poisson, d, epsilon = 1e-14)
q <- summary(glm(k ~ arm + x + offset(log(t)), quasipoisson, d, epsilon = 1e-14))
cat(sprintf('{"made_by": "%s, lm, glm, hatvalues; regression.R", "made_on": "2026-12-02",
 "rtol": 1e-7, "why_rtol": "the covariance of glm has the weights of its last but one iteration: seven digits",
 "data": {"arm": ["%s"], "site": ["%s"], "x": %s, "y": %s, "r": %s, "k": %s, "t": %s},
 "cases": {"ancova": %s,
  "gaussian": %s,
  "gaussian-by-arm": %s,
  "binomial": %s,
  "poisson": %s,
  "rates": {"coef": %s, "se": %s, "quasi_se": %s, "dispersion": %.15g}}}\n',
  R.version.string, paste(arm, collapse = '", "'), paste(site, collapse = '", "'), num(x), num(y), num(r), num(k), num(t), ancova,
  marginal(y ~ arm + x + site, gaussian, "y"), marginal(y ~ arm * x, gaussian, "y"), marginal(r ~ arm + x, binomial, "r"),
  marginal(k ~ arm + x, poisson, "k"), num(coef(p)), num(coef(summary(p))[, 2]), num(coef(q)[, 2]), q$dispersion))
