# Reference values of stratified, paired and Poisson scores, by R ratesci.
# Run with R >= 4.2 and ratesci 1.1.0.9000: Rscript ratesci_tables.R > ratesci_tables.json
if (dir.exists(Sys.getenv("RATESCI_SOURCE"))) {
  for (f in list.files(Sys.getenv("RATESCI_SOURCE"), full.names = TRUE)) source(f)
} else library(ratesci)
number <- function(x) ifelse(is.nan(x), "null", sprintf("%.12g", x))
row <- function(...) { a <- list(...); paste0("{", paste0("\"", names(a), "\": ", a, collapse = ", "), "}") }
vec <- function(x) paste0("[", paste(x, collapse = ", "), "]")
out <- c()
strata <- list(
  list(c(20, 8), c(40, 12), c(25, 4), c(49, 10)),
  list(c(10, 3, 0, 7), c(15, 9, 6, 12), c(3, 4, 1, 2), c(15, 7, 5, 13)),
  list(c(1, 0, 2), c(30, 20, 25), c(5, 3, 2), c(28, 22, 24)),
  list(c(12, 5), c(12, 8), c(9, 2), c(14, 9)),
  list(c(36, 4, 9), c(154, 11, 20), c(12, 6, 3), c(77, 12, 19)))
for (s in strata) for (w in c("MH", "MN", "IVS")) for (l in c(0.9, 0.95)) {
  f <- scoreci(s[[1]], s[[2]], s[[3]], s[[4]], contrast = "RD", stratified = TRUE,
    skew = FALSE, weighting = w, level = l, precis = 12, warn = FALSE, sda = 0, fda = 0)
  out <- c(out, row(kind = "\"proportions\"", events1 = vec(s[[1]]), n1 = vec(s[[2]]),
    events2 = vec(s[[3]]), n2 = vec(s[[4]]), weights = paste0("\"", w, "\""), level = l,
    estimate = number(f$estimates[1, "est"]), lower = number(f$estimates[1, "lower"]),
    upper = number(f$estimates[1, "upper"]), z = number(f$pval[1, "scorenull"]),
    q = number(f$Qtest[["Q"]])))
}
for (x in list(c(20, 15, 6, 5), c(3, 0, 5, 2), c(0, 3, 0, 2), c(53, 16, 8, 9), c(5, 0, 0, 0),
  c(1, 9, 2, 30))) for (l in c(0.9, 0.95)) {
  d <- rdpairci(x = x, level = l, precis = 12)$estimates
  r <- rrpairci(x = x, level = l, precis = 12)$estimates
  out <- c(out, row(kind = "\"pairs\"", counts = vec(x), level = l,
    tango = vec(number(d["Tango score", c("lower", "upper")])),
    "agresti-min" = vec(number(d["Agresti-Min", c("lower", "upper")])),
    "bonett-price" = vec(number(d["Bonett-Price", c("lower", "upper")])),
    wald = vec(number(d["Wald", c("lower", "upper")])),
    newcombe = vec(number(d["MOVER-NW", c("lower", "upper")])),
    tang = vec(ifelse(is.infinite(r["Tang score", c("lower", "upper")]), "null",
      number(r["Tang score", c("lower", "upper")])))))
}
rates <- list(list(11, 8, 21, 30.11), list(0, 8, 3, 30.11), list(5, 120.5, 0, 60.25),
  list(c(11, 4), c(8, 9), c(21, 5), c(30.11, 8)),
  list(c(3, 7, 2), c(100, 250, 80), c(9, 8, 4), c(110, 200, 90)))
for (s in rates) for (w in c("MH", "MN", "IVS")) {
  k <- length(s[[1]])
  if (k == 1 && w != "MH") next
  f <- scoreci(s[[1]], s[[2]], s[[3]], s[[4]], contrast = "RD", distrib = "poi",
    stratified = k > 1, skew = FALSE, weighting = w, precis = 12, warn = FALSE, sda = 0, fda = 0)
  out <- c(out, row(kind = "\"rates\"", events1 = vec(s[[1]]), time1 = vec(s[[2]]),
    events2 = vec(s[[3]]), time2 = vec(s[[4]]), weights = paste0("\"", w, "\""), level = 0.95,
    estimate = number(f$estimates[1, "est"]), lower = number(f$estimates[1, "lower"]),
    upper = number(f$estimates[1, "upper"])))
}
for (v in list(c(36, 154), c(0, 15), c(14, 15), c(3, 15), c(1, 200))) for (l in c(0.9, 0.95)) {
  a <- rateci(v[1], v[2], level = l, precis = 12)$estimates[, , 1]
  b <- rateci(v[1], v[2], level = l, cc = TRUE, precis = 12)$estimates[, , 1]
  e <- function(m, n) vec(number(m[n, c("lower", "upper")]))
  out <- c(out, row(kind = "\"proportion\"", events = v[1], n = v[2], level = l,
    wilson = e(a, "Wilson"), jeffreys = e(a, "Jeffreys"), "mid-p" = e(a, "midp"),
    "clopper-pearson" = e(b, "Clopper-Pearson"), "wilson-cc" = e(b, "Wilson_cc"),
    blaker = e(b, "Blaker"), "agresti-coull" = e(a, "Agresti-Coull"), "wald-cc" = e(b, "Wald_cc")))
}
cat('{\n "made_by": "R 4.2.2, ratesci 1.1.0.9000 (petelaud/ratesci, commit dbe2ab7990); script ratesci_tables.R",\n')
cat(' "made_on": "2026-12-02",\n "rtol": 1e-9,\n "atol": 2e-11,\n')
cat(' "why_rtol": "R prints 12 digits and stops its bisection at 1e-12; ours stops at 1e-14",\n')
cat(' "cases": [\n  ', paste(out, collapse = ",\n  "), '\n ]\n}\n', sep = "")
