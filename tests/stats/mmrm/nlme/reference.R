# Reference results of R nlme 3.1.162 for structures that R mmrm results do not cover.
# Run beside fev_data.csv of R mmrm:  Rscript reference.R fev_data.csv > reference.json
library(nlme)
fev <- read.csv(commandArgs(TRUE)[1])
fev <- fev[!is.na(fev$FEV1), ]
fev$RACE <- factor(fev$RACE, levels = c("Asian", "Black or African American", "White"))
fev$SEX <- factor(fev$SEX, levels = c("Male", "Female"))
fev$ARMCD <- factor(fev$ARMCD, levels = c("PBO", "TRT"))
fev$AVISIT <- factor(fev$AVISIT)
fev$t <- as.integer(fev$AVISIT)
# times of its own for each participant: visits 1, 1.25 or 1.5 units apart
fev$u <- fev$t * (1 + (as.integer(sub("PT", "", fev$USUBJID)) %% 3) / 4)
tight <- glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500)
each <- varIdent(form = ~ 1 | AVISIT)
cases <- list(
  cs = list(corCompSymm(form = ~ t | USUBJID), NULL),
  csh = list(corCompSymm(form = ~ t | USUBJID), each),
  ar1h = list(corAR1(form = ~ t | USUBJID), each),
  toep = list(corARMA(form = ~ t | USUBJID, p = 3), NULL),
  toeph = list(corARMA(form = ~ t | USUBJID, p = 3), each),
  sp_exp = list(corExp(form = ~ u | USUBJID), NULL),
  sp_gau = list(corGaus(form = ~ u | USUBJID), NULL)
)
number <- function(x) paste0("[", paste(formatC(x, digits = 17, format = "g"), collapse = ", "), "]")
lines <- c()
for (name in names(cases)) for (method in c("REML", "ML")) {
  fit <- gls(FEV1 ~ RACE + SEX + ARMCD * AVISIT, data = fev, method = method,
             correlation = cases[[name]][[1]], weights = cases[[name]][[2]],
             control = tight)
  # gls counts sigma as estimated with n - p even for ML; its vcov is divided there
  lines <- c(lines, sprintf(
    '  "%s|%s": {"logLik": %s, "beta": %s, "se": %s}', name, method,
    formatC(as.numeric(logLik(fit)), digits = 17, format = "g"),
    number(coef(fit)), number(sqrt(diag(fit$varBeta)))))
}
cat("{\n", paste(lines, collapse = ",\n"), "\n}\n", sep = "")
