# Weibull times with interval censoring, by R survival 3.5.3:
#   Rscript reference.R > reference.json
library(survival)
since <- c(0, 7, 7, 14, 28, 28, 56, 84, 112, 140, 0, 0, 7, 7, 14, 28, 28, 56, 84, 112)
until <- c(7, 14, 28, 28, 56, 84, 84, NA, NA, NA, 7, 7, 14, 14, 28, 56, NA, 84, NA, NA)
arm <- rep(c(1, 0), each = 10)
fit <- survreg(Surv(ifelse(since == 0, NA, since), until, type = "interval2") ~ arm,
               dist = "weibull", control = survreg.control(rel.tolerance = 1e-12))
number <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = 17)), collapse = ", "), "]")
cat(sprintf('{"since": %s, "until": %s, "arm": %s, "coef": %.17g, "se": %.17g, "loglik": %.17g}\n',
            number(since), number(until), number(arm), coef(fit)[["arm"]],
            sqrt(vcov(fit)["arm", "arm"]), fit$loglik[2]))
