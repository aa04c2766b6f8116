{% include "head.R" %}
rows$USUBJID <- factor(rows$USUBJID)
# By id, with the labels of the protocol; the reference arm first
rows$TRTA <- factor(rows$TRTAID,
  levels = c({{ arms | map("first") | map("r_string") | join(", ") }}),
  labels = c({{ arms | map("last") | map("r_string") | join(", ") }}))
rows$AVISIT <- factor(rows$AVISITID,
  levels = c({{ visits | map("first") | map("r_string") | join(", ") }}),
  labels = c({{ visits | map("last") | map("r_string") | join(", ") }}))
{% for name in factors %}
rows${{ name }} <- factor(rows${{ name }})
{% endfor %}
level <- {{ level }}

# ---- Model ------------------------------------------------------------------------------
formula <- {{ response }} ~ {{ fixed }}
{% if single %}
# One visit: a linear model, which the mixed model is then.
fit <- lm(formula, data = rows)
with_mmrm <- FALSE
{% else %}
with_mmrm <- requireNamespace("mmrm", quietly = TRUE) && requireNamespace("emmeans", quietly = TRUE)
if (with_mmrm) {
  library(mmrm)
  library(emmeans)
{% if r.comment %}
  # {{ r.comment | comment }}
{% endif %}
  # nlminb, because the default search of mmrm stops before the last digits
  fit <- mmrm({{ response }} ~ {{ fixed }} + {{ covariance }}(AVISIT | USUBJID),
              data = rows, reml = TRUE, method = "{{ r.method }}", vcov = "{{ r.vcov }}",
              {{ "drop_visit_levels = FALSE, " if keep_visits }}optimizer = "nlminb")
} else {
{% if r.gls and complete %}
  # Without mmrm: the same model by gls; {{ "it gives every number." if r.gls_gives | length == 6 else "it gives " ~ r.gls_gives | join(" and ") ~ "." }}
  library(nlme)
  fit <- gls(formula, data = rows, method = "REML",
             correlation = {{ r.gls[0] }},
{% if r.gls[1] %}
             weights = {{ r.gls[1] }},
{% endif %}
             control = glsControl(opt = "optim", maxIter = 1000, msMaxIter = 1000,
                                  tolerance = 1e-10, msTol = 1e-14))
{% else %}
  stop("this model needs the packages mmrm and emmeans: nlme has no equal", call. = FALSE)
{% endif %}
}
{% endif %}

# ---- Adjusted means and differences -------------------------------------------------------
{% if not single %}
if (with_mmrm) {
  means       <- emmeans(fit, ~ TRTA | AVISIT)
  differences <- contrast(means, "trt.vs.ctrl", ref = 1) # each arm minus the reference
  means       <- as.data.frame(means)
  differences <- as.data.frame(summary(differences, adjust = "none"))
  result <- data.frame(
    arm      = c(rep(levels(rows$TRTA)[-1], nlevels(rows$AVISIT)), as.character(means$TRTA)),
    visit    = c(as.character(differences$AVISIT), as.character(means$AVISIT)),
    kind     = rep(c("difference", "mean"), c(nrow(differences), nrow(means))),
    estimate = c(differences$estimate, means$emmean),
    SE       = c(differences$SE, means$SE),
    df       = c(differences$df, means$df)
  )
} else {
{% endif %}
  # Marginal means: equal weights for factors, numbers at their mean over the rows
  cells <- expand.grid(TRTA = levels(rows$TRTA), AVISIT = levels(rows$AVISIT))
  grid  <- expand.grid(TRTA = levels(rows$TRTA), AVISIT = levels(rows$AVISIT){% for name in factors %}, {{ name }} = levels(rows${{ name }}){% endfor %})
{% for name in numbers_at_mean %}
  grid${{ name }} <- mean(rows${{ name }})
{% endfor %}
  L <- model.matrix(~ {{ fixed }}, grid)
  L <- rowsum(L, rep(seq_len(nrow(cells)), length.out = nrow(L))) / (nrow(L) / nrow(cells))
  reference <- match(paste(levels(rows$TRTA)[1], cells$AVISIT), paste(cells$TRTA, cells$AVISIT))
  others    <- cells$TRTA != levels(rows$TRTA)[1]
  L <- rbind((L - L[reference, ])[others, ], L)
  result <- data.frame(
    arm      = c(as.character(cells$TRTA)[others], as.character(cells$TRTA)),
    visit    = c(as.character(cells$AVISIT)[others], as.character(cells$AVISIT)),
    kind     = rep(c("difference", "mean"), c(sum(others), nrow(cells))),
    estimate = drop(L %*% coef(fit)),
    SE       = sqrt(diag(L %*% vcov(fit) %*% t(L))),
    df       = {{ "nrow(rows) - length(coef(fit))" if residual_df else "NA" }}
  )
{% if not single %}
}
{% endif %}
{% if r.normal %}
result$df <- Inf # the normal distribution, as in the report
{% endif %}
half <- qt((1 + level) / 2, result$df) * result$SE
result$lower <- result$estimate - half
result$upper <- result$estimate + half
result$P     <- ifelse(result$kind == "mean", NA, 2 * pt(-abs(result$estimate / result$SE), result$df))
cat({{ title | r_string }}, "\n\n")
print(result[order(result$kind), ], digits = {{ digits }}, row.names = FALSE)
cat("\n")

what <- ifelse(result$kind == "mean", result$arm, paste(result$arm, "-", levels(rows$TRTA)[1]))
printed <- c()
for (field in c("estimate", "SE", "df", "lower", "upper", "P")) {
  printed[paste0(what, " at ", result$visit, ": ", field)] <- result[[field]]
}
unchecked <- character()
{% if not single and r.gls_gives | length < 6 %}
if (!with_mmrm) unchecked <- grep(": ({{ r.gls_gives | join("|") }})$", names(printed), value = TRUE, invert = TRUE)
{% endif %}

{% include "compare.R" %}
