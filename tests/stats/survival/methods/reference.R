# Reference values of tests/stats/survival: R survival (stats::mantelhaen apart) and cmprsk.
# Run: Rscript reference.R > reference.json   (needs survival, cmprsk, mvtnorm)
suppressMessages({library(survival); library(cmprsk); library(mvtnorm)})

# --- a writer of JSON in 17 digits, without a package
num <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), "null", sprintf("%.17g", x)))
json <- function(x) {
  if (is.list(x)) paste0("{", paste(sprintf('"%s": %s', names(x), sapply(x, json)), collapse = ", "), "}")
  else if (is.character(x)) paste0("[", paste(sprintf('"%s"', x), collapse = ", "), "]")
  else paste0("[", paste(num(as.numeric(x)), collapse = ", "), "]")
}

# --- data: a mixture of ties, strata, late entry, competing and recurrent events
set.seed(20261202)
n <- 120
d <- data.frame(id = 1:n, arm = rep(0:2, each = 40)[sample(n)], site = sample(1:4, n, TRUE),
                age = round(rnorm(n, 50, 10)), w = sample(1:3, n, TRUE))
d$time <- ceiling(rexp(n, exp(-3 - 0.3 * d$arm + 0.02 * (d$age - 50))))
d$entry <- pmax(0, d$time - ceiling(runif(n, 1, 40)))
d$cause <- ifelse(runif(n) < 0.25, 0, ifelse(runif(n) < 0.6, 1, 2))
d$event <- as.integer(d$cause > 0)
tight <- coxph.control(eps = 1e-11, toler.chol = 1e-13, iter.max = 50)

cox <- function(f) {
  class(f) <- "coxph"  # 3.5-3 forgets it for exact ties with late entry
  list(coef = coef(f), se = sqrt(diag(vcov(f))), loglik = f$loglik, score = f$score,
       wald = f$wald.test, rscore = if (is.null(f$rscore)) NA else f$rscore)
}
out <- list(r = R.version.string, survival = as.character(packageVersion("survival")),
            cmprsk = as.character(packageVersion("cmprsk")), data = as.list(d))

sd <- function(f, ...) { x <- survdiff(f, d, ...); list(chisq = x$chisq, obs = c(x$obs), exp = c(x$exp), var = c(x$var)) }
total <- function(x) if (is.matrix(x)) rowSums(x) else x
st <- function(...) { x <- survdiff(Surv(time, event) ~ arm + strata(site), d, ...)
  list(chisq = x$chisq, obs = total(x$obs), exp = total(x$exp), var = c(x$var)) }
out$logrank <- list(plain = sd(Surv(time, event) ~ arm), rho1 = sd(Surv(time, event) ~ arm, rho = 1),
                    rhohalf = sd(Surv(time, event) ~ arm, rho = 0.5), strata = st(), strata1 = st(rho = 1))
# The trend test of Tarone: the score test of Cox's model with exact ties.
tr <- coxph(Surv(time, event) ~ arm, d, ties = "exact"); out$trend <- list(chisq = tr$score)

b <- subset(d, arm != 2)
out$cox <- list(
  efron = cox(coxph(Surv(time, event) ~ factor(arm) + age, d, control = tight)),
  breslow = cox(coxph(Surv(time, event) ~ factor(arm) + age, d, ties = "breslow", control = tight)),
  exact = cox(coxph(Surv(time, event) ~ factor(arm) + age, d, ties = "exact", control = tight)),
  exact_strata = cox(coxph(Surv(time, event) ~ factor(arm) + age + strata(site), d, ties = "exact", control = tight)),
  strata = cox(coxph(Surv(time, event) ~ factor(arm) + age + strata(site), d, control = tight)),
  entry = cox(coxph(Surv(entry, time, event) ~ factor(arm) + age, d, control = tight)),
  # R enumerates all sets of tied participants where entry is late: few rows, few ties.
  entry_exact = cox(coxph(Surv(entry, time, event) ~ arm + age, d[1:25, ], ties = "exact", control = tight)),
  entry_strata = cox(coxph(Surv(entry, time, event) ~ factor(arm) + age + strata(site), d, ties = "breslow", control = tight)),
  weights = cox(coxph(Surv(time, event) ~ factor(arm) + age, d, weights = w, robust = FALSE, control = tight)),
  robust = cox(coxph(Surv(time, event) ~ factor(arm) + age, d, robust = TRUE, control = tight)),
  cluster = cox(coxph(Surv(time, event) ~ factor(arm) + age, d, cluster = site, control = tight)),
  everything = cox(coxph(Surv(entry, time, event) ~ factor(arm) * age + strata(site), d, weights = w, cluster = id, control = tight)))

km <- list()
for (type in c("log-log", "log", "plain")) {
  q <- quantile(survfit(Surv(time, event) ~ 1, d, conf.type = type), c(0.25, 0.5, 0.75))
  km[[type]] <- list(time = q$quantile, lower = q$lower, upper = q$upper)
}
out$km <- km
flat <- survfit(Surv(c(54, 75, 77, 84, 87, 92, 103, 105, 112, 118), rep(1:0, each = 5)) ~ 1, conf.type = "log-log")
out$flat <- list(print = summary(flat)$table["median"], quantile = quantile(flat, 0.5)$quantile)

ci <- cuminc(d$time, d$cause); tp <- timepoints(ci, c(5, 15, 30))
ij <- summary(survfit(Surv(time, factor(cause)) ~ 1, d), times = c(5, 15, 30))
out$incidence <- list(at = c(5, 15, 30), est = tp$est[1, ], aalen = sqrt(tp$var[1, ]), jackknife = ij$std.err[, 2])
g <- function(...) { x <- cuminc(d$time, d$cause, d$arm, ...)$Tests; x[1:2, "stat"] }
out$gray <- list(plain = g(), strata = g(strata = d$site), rho = g(rho = 1),
                 two = cuminc(b$time, b$cause, b$arm)$Tests[1:2, "stat"])
d$type <- factor(d$cause, 0:2, c("censored", "one", "two"))
fg <- function(kind) {
  x <- finegray(Surv(time, type) ~ ., data = d, etype = kind)
  cox(coxph(Surv(fgstart, fgstop, fgstatus) ~ factor(arm) + age, x, weights = fgwt, cluster = id, control = tight))
}
out$finegray <- list(one = fg("one"), two = fg("two"),
                     crr_one = { x <- crr(d$time, d$cause, cbind(d$arm == 1, d$arm == 2, d$age), failcode = 1)
                                 list(coef = x$coef, se = sqrt(diag(x$var))) },
                     specific = cox(coxph(Surv(time, cause == 1) ~ factor(arm) + age, d, control = tight)))

r <- bladder2
out$bladder <- list(data = as.list(r[, c("id", "rx", "number", "size", "start", "stop", "event")]),
  efron = cox(coxph(Surv(start, stop, event) ~ rx + number + size, r, cluster = id, control = tight)),
  breslow = cox(coxph(Surv(start, stop, event) ~ rx + number + size, r, cluster = id, ties = "breslow", control = tight)),
  ag = cox(coxph(Surv(start, stop, event) ~ rx + number + size, r, control = tight)))
m <- survfit(Surv(start, stop, event) ~ 1, subset(r, rx == 1), id = id)
at <- c(5, 10, 20, 40); k <- findInterval(at, m$time)
out$mcf <- list(at = at, mean = m$cumhaz[k], se = m$std.chaz[k])

# Times in years that differ by rounding only: (a + b) / 365.25 and a / 365.25 + b / 365.25.
a <- rep(c(58, 58, 91, 91, 120, 150), 2); e <- rep(c(1, 1, 1, 0, 1, 1), 2)
y <- c(a[1:6] / 365.25, (a[7:12] - 30) / 365.25 + 30 / 365.25)
x <- survdiff(Surv(y, e) ~ rep(0:1, 6)); f <- coxph(Surv(y, e) ~ rep(0:1, 6), control = tight)
out$rounding <- list(time = y, event = e, chisq = x$chisq, coef = coef(f), steps = survfit(Surv(y, e) ~ 1)$surv)

R <- matrix(c(1, .5, .3, .5, 1, .6, .3, .6, 1), 3); A <- Miwa(steps = 512)
out$normal <- list(R = c(R), size = 2.2, two = 1 - pmvnorm(rep(-2.2, 3), rep(2.2, 3), corr = R, algorithm = A),
                   one = 1 - pmvnorm(rep(-Inf, 3), rep(2.2, 3), corr = R, algorithm = A),
                   low = 1 - pmvnorm(rep(-Inf, 3), rep(-0.4, 3), corr = R, algorithm = A))
cat(json(out), "\n")
