# stats::poly and splines::bs: Rscript poly_bs.R > poly_bs.json
library(splines)
x <- c(0.3, 1.2, 2.5, 2.9, 4.1, 5.5, 7.3, 8.8, 9.1, 12.4)
at <- c(1, 6.5)
rows <- function(m) paste0("[", paste(apply(unclass(m), 1, function(r)
  paste0("[", paste(format(r, digits = 17), collapse = ", "), "]")), collapse = ", "), "]")
p <- poly(x, 3); b <- bs(x, df = 5); k <- bs(x, knots = c(3, 6), degree = 2)
case <- function(term, m) sprintf('{"term": "%s", "values": %s, "later": %s}',
  term, rows(m), rows(predict(m, at)))
cat(sprintf('{"made_by": "%s", "script": "poly_bs.R", "made_on": "%s",
"rtol": 1e-10, "why_rtol": "R uses a QR decomposition, we a recurrence; 17 digits are printed",
"x": [%s], "at": [%s], "cases": [%s]}\n', R.version.string, Sys.Date(),
  paste(x, collapse = ", "), paste(at, collapse = ", "),
  paste(case("poly(x, 3)", p), case("bs(x, df=5)", b),
        case("bs(x, knots=c(3, 6), degree=2)", k), sep = ",\n")))
