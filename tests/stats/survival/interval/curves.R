# Turnbull's curve and cumulative incidence, by R survival 3.5.3:
#   Rscript curves.R > curves.json
library(survival)
since <- c(0, 7, 7, 14, 28, 28, 56, 84, 112, 140, 0, 0, 7, 7, 14, 28, 28, 56, 84, 112)
until <- c(7, 14, 28, 28, 56, 84, 84, NA, NA, NA, 7, 7, 14, 14, 28, 56, NA, 84, NA, NA)
fit <- survfit(Surv(ifelse(since == 0, NA, since), until, type = "interval2") ~ 1)
time <- c(5, 7, 7, 12, 14, 20, 20, 28, 35, 40, 40, 56, 60, 84, 84)
cause <- c(1, 1, 2, 2, 1, 1, 2, 0, 1, 2, 0, 1, 0, 2, 0)
cr <- survfit(Surv(time, factor(cause, 0:2)) ~ 1, id = seq_along(time))
at <- c(7, 14, 20, 35, 56, 84)
inc <- summary(cr, times = at)
number <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = 17)), collapse = ", "), "]")
cat(sprintf(paste0('{"since": %s, "until": %s, "time": %s, "surv": %s,\n',
            ' "cr_time": %s, "cr_cause": %s, "at": [7, 14, 20, 35, 56, 84],\n',
            ' "cif1": %s, "se1": %s, "cif2": %s, "se2": %s}\n'),
            number(since), number(until), number(fit$time), number(fit$surv),
            number(time), number(cause),
            number(inc$pstate[, 2]), number(inc$std.err[, 2]), number(inc$pstate[, 3]), number(inc$std.err[, 3])))
