{% include "head.R" %}
level <- {{ level }}
z <- qnorm((1 + level) / 2)

# ---- Proportions, with the score interval of Wilson ---------------------------------------
printed <- c()
wilson <- function(x, n) suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE)$conf.int)
arms <- c({% for id, label in all_arms %}{{ id | r_string }} = {{ label | r_string }}{{ "" if loop.last else ", " }}{% endfor %})
for (id in names(arms)) {
  arm <- arms[[id]]
  x <- sum(rows$AVAL[rows$TRTAID == id])
  n <- sum(rows$TRTAID == id)
  if (n == 0) next
  printed[paste0(arm, c(": count", ": estimate", ": lower", ": upper"))] <- c(x, x / n, wilson(x, n))
  cat(arm, ": ", x, "/", n, " (", format(100 * x / n, digits = 3), "%)\n", sep = "")
}

# ---- Difference: interval of Miettinen and Nurminen (Stat Med 1985;4:213-226) -------------
active  <- rows$AVAL[rows$TRTAID == {{ arm | r_string }}]
control <- rows$AVAL[rows$TRTAID == {{ versus | r_string }}]
x1 <- sum(active);  n1 <- length(active)
x2 <- sum(control); n2 <- length(control)
difference <- x1 / n1 - x2 / n2
score <- function(d) { # of the observed difference, if the true one is d
  if (abs(difference - d) < 1e-12) return(0)
  loglik <- function(p2) dbinom(x1, n1, p2 + d, log = TRUE) + dbinom(x2, n2, p2, log = TRUE)
  ends <- c(max(0, -d), min(1, 1 - d))
  p2 <- optimize(loglik, ends, maximum = TRUE, tol = 1e-12)$maximum
  p1 <- p2 + d
  v  <- (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
  (difference - d) / sqrt(max(v, 1e-300))
}
limit <- function(from, to, target) { # from is an end of the scale, -1 or 1
  f <- function(d) score(d) - target
  if (abs(from - to) < 1e-8 || f(from) * f(to) > 0) return(round(from))
  uniroot(f, sort(c(from, to)), tol = 1e-12)$root
}
lower <- limit(-1 + 1e-9, difference, z)
upper <- limit(1 - 1e-9, difference, -z)
printed[c("difference: estimate", "difference: lower", "difference: upper")] <- c(difference, lower, upper)
w1 <- wilson(x1, n1)
w2 <- wilson(x2, n2)
printed["Newcombe: lower"] <- difference - sqrt((x1 / n1 - w1[1])^2 + (w2[2] - x2 / n2)^2)
printed["Newcombe: upper"] <- difference + sqrt((w1[2] - x1 / n1)^2 + (x2 / n2 - w2[1])^2)

# ---- Fisher's exact test and ratios --------------------------------------------------------
table <- matrix(c(x1, n1 - x1, x2, n2 - x2), 2, byrow = TRUE)
printed["Fisher: P"] <- fisher.test(table)$p.value
printed["risk ratio: estimate"] <- (x1 / n1) / (x2 / n2)
printed["odds ratio: estimate"] <- (x1 / (n1 - x1)) / (x2 / (n2 - x2))
{% if covariates %}

# ---- Difference adjusted for covariates: logistic regression, standardized -----------------
# The program gives the estimate; the standard error of the report is a robust one.
both <- rows[rows$TRTAID %in% c({{ arm | r_string }}, {{ versus | r_string }}), ]
both <- both[complete.cases(both[c({{ covariates | map("r_string") | join(", ") }})]), ]
fit  <- suppressWarnings(glm(AVAL ~ TRTAID + {{ covariates | join(" + ") }}, binomial, both, epsilon = 1e-12))
if (fit$converged) {
  risk <- function(arm) mean(predict(fit, transform(both, TRTAID = arm), type = "response"))
  printed["adjusted difference: estimate"] <- risk({{ arm | r_string }}) - risk({{ versus | r_string }})
}
{% endif %}
cat("\n")
unchecked <- character() # every number is

{% include "compare.R" %}
