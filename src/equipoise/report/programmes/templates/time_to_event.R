{% include "head.R" %}
library(survival)
level <- {{ level }}
rows$event <- rows$CNSR == 0

# ---- Kaplan-Meier -------------------------------------------------------------------------
printed <- c()
arms <- c({% for id, label in all_arms %}{{ id | r_string }} = {{ label | r_string }}{{ "" if loop.last else ", " }}{% endfor %})
for (id in names(arms)) {
  arm <- arms[[id]]
  own <- rows[rows$TRTAID == id, ]
  if (nrow(own) == 0) next
  km <- survfit(Surv(AVAL, event) ~ 1, data = own, conf.type = "{{ conf_type }}", conf.int = level)
  cat(arm, "\n")
  print(summary(km))
  median <- quantile(km, 0.5)
  printed[paste0(arm, c(": events", ": median", ": median lower", ": median upper"))] <-
    c(sum(own$event), median$quantile, median$lower, median$upper)
  at <- summary(km, times = sort(unique(own$AVAL)), extend = TRUE)
  printed[paste0(arm, " on day ", at$time, ": estimate")] <- at$surv
  printed[paste0(arm, " on day ", at$time, ": lower")] <- at$lower
  printed[paste0(arm, " on day ", at$time, ": upper")] <- at$upper
}
{% if compared %}

# ---- Comparisons --------------------------------------------------------------------------
both <- rows[rows$TRTAID %in% c({{ arm | r_string }}, {{ versus | r_string }}), ]
both$TRTA <- factor(both$TRTAID, levels = c({{ versus | r_string }}, {{ arm | r_string }}),
                    labels = c({{ versus_label | r_string }}, {{ arm_label | r_string }})) # reference first
attempt <- function(code) tryCatch(suppressWarnings(code), error = function(e) NULL)
test <- attempt(survdiff(Surv(AVAL, event) ~ TRTA, data = both))
if (!is.null(test)) {
  printed[c("log-rank: chi-square", "log-rank: P")] <-
    c(test$chisq, pchisq(test$chisq, 1, lower.tail = FALSE))
}
ratio <- function(name, log_ratio, SE, wider = SE, df = Inf) {
  half <- qt((1 + level) / 2, df) * wider
  printed[paste0(name, c(": estimate", ": SE", ": lower", ": upper", ": P"))] <<-
    c(exp(log_ratio), SE, exp(log_ratio - half), exp(log_ratio + half), 
      2 * pt(-abs(log_ratio / wider), df))
}
cox <- attempt(coxph(Surv(AVAL, event) ~ TRTA, data = both, ties = "efron", eps = 1e-12))
if (!is.null(cox)) ratio("hazard ratio", unname(coef(cox)), sqrt(vcov(cox)[1, 1]))

# Restricted mean: the area under the curve up to {{ "the day that the protocol states" if planned else "the last day that both arms reach" }}
tau <- {{ tau if planned else "min(tapply(both$AVAL, both$TRTA, max))" }}
restricted_mean <- function(own) {
  km <- survfit(Surv(AVAL, event) ~ 1, data = own)
  at <- c(0, km$time[km$time < tau], tau)
  sum(diff(at) * c(1, km$surv[km$time < tau]))
}
for (arm in levels(both$TRTA)) {
  printed[paste0(arm, ": restricted mean")] <- restricted_mean(both[both$TRTA == arm, ])
}
printed["restricted mean difference: estimate"] <-
  printed[{{ (arm_label ~ ": restricted mean") | r_string }}] - printed[{{ (versus_label ~ ": restricted mean") | r_string }}]

# Events found at a visit lie between SINCE and UNTIL: Weibull model for interval censoring
since <- ifelse(both$SINCE > 0, both$SINCE, NA) # after day 0: no left end
weibull <- attempt(survreg(Surv(since, both$UNTIL, type = "interval2") ~ both$TRTA, dist = "weibull",
                           control = survreg.control(rel.tolerance = 1e-12, maxiter = 200)))
# The report widens the interval as a linear model does: N / (N - 3), and t with N - 3
n <- nrow(both)
if (!is.null(weibull) && n > 3) {
  SE <- sqrt(vcov(weibull)[2, 2])
  ratio("time ratio", unname(coef(weibull)[2]), SE, SE * sqrt(n / (n - 3)), n - 3)
}
{% endif %}
cat("\n")
unchecked <- character() # every number is

{% include "compare.R" %}
