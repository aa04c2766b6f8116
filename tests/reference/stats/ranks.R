# Rank tests of R's stats package: Rscript ranks.R > ranks.json
# Cases with and without ties and zeros. Nothing beyond base R is needed.
num <- function(x) paste0("[", paste(sprintf("%.15g", x), collapse = ", "), "]")
quiet <- function(e) suppressWarnings(e)
x1 <- c(1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30)
y1 <- c(0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)  # Hollander and Wolfe, table 3.1
x2 <- c(12, 7, 9, 9, 15, 4, 11, 8, 13, 9, 5, 6)
y2 <- c(8, 3, 5, 9, 4, 4, 10, 2, 7, 3)
x3 <- c(0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46)
y3 <- c(1.15, 0.88, 0.90, 0.74, 1.21)                              # Hollander and Wolfe, table 4.1
two <- function(x, y) {
  e <- quiet(wilcox.test(x, y, exact = TRUE, conf.int = TRUE))
  a <- quiet(wilcox.test(x, y, exact = FALSE, conf.int = TRUE))
  n <- quiet(wilcox.test(x, y, exact = FALSE, correct = FALSE, conf.int = TRUE))
  g <- quiet(wilcox.test(x, y, exact = FALSE, alternative = "greater"))
  l <- quiet(wilcox.test(x, y, exact = FALSE, alternative = "less"))
  sprintf('{"x": %s, "y": %s, "w": %.15g, "ties": %s, "p_exact": %.15g, "limits_exact": %s, "p_normal": %.15g, "p_plain": %.15g, "p_greater": %.15g, "p_less": %.15g, "root": %s, "root_plain": %s}',
    num(x), num(y), a$statistic, tolower(any(duplicated(c(x, y)))), e$p.value, num(e$conf.int),
    a$p.value, n$p.value, g$p.value, l$p.value, num(c(a$estimate, a$conf.int)), num(c(n$estimate, n$conf.int)))
}
pairs <- function(d) {
  e <- quiet(wilcox.test(d, exact = TRUE, conf.int = TRUE))
  a <- quiet(wilcox.test(d, exact = FALSE)); n <- quiet(wilcox.test(d, exact = FALSE, correct = FALSE))
  sprintf('{"d": %s, "v": %.15g, "plain": %s, "p_exact": %.15g, "pseudo": %s, "p_normal": %.15g, "p_plain": %.15g}',
    num(d), a$statistic, tolower(!any(duplicated(abs(d))) && all(d != 0)), e$p.value,
    num(c(e$estimate, e$conf.int)), a$p.value, n$p.value)
}
k <- kruskal.test(c(x2, y2, x1), rep(1:3, c(12, 10, 9)))
m <- rbind(c(5.40, 5.50, 5.55), c(5.85, 5.70, 5.75), c(5.20, 5.60, 5.50), c(5.55, 5.50, 5.40),
  c(5.90, 5.85, 5.70), c(5.45, 5.55, 5.60), c(5.40, 5.40, 5.35), c(5.45, 5.50, 5.35))
f <- friedman.test(m)
cat(sprintf('{"made_by": "%s, stats::wilcox.test, kruskal.test, friedman.test; ranks.R", "made_on": "2026-12-02",
 "rtol": 1e-9, "why_rtol": "both sides evaluate the same formula in double precision; printed with 15 digits",
 "cases": {"two": [%s],
  "pairs": [%s],
  "kruskal": {"values": %s, "sizes": [12, 10, 9], "h": %.15g, "p": %.15g},
  "friedman": {"values": %s, "conditions": 3, "q": %.15g, "p": %.15g}}}\n',
  R.version.string, paste(two(x1, y1), two(x2, y2), two(x3, y3), sep = ",\n   "),
  paste(pairs(x1 - y1), pairs(c(1.5, -0.5, 2.5, 3, 0.2, 2.6, -1)), pairs(c(3, -1, 0, 2, 2, -4, 5, 1, 0, 7)), sep = ",\n   "),
  num(c(x2, y2, x1)), k$statistic, k$p.value, num(t(m)), f$statistic, f$p.value))
