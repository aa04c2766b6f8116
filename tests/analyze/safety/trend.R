# Trend of side effects by R geepack 1.3.9: Rscript trend.R > trend.json
library(geepack)
id <- rep(1:8, each = 6)
x <- rep(0:5, 8)
y <- c(1,1,0,0,1,0, 1,1,1,0,0,0, 0,0,0,1,0,0, 1,0,1,1,0,1, 0,0,0,0,0,0, 1,1,1,1,0,1, 0,1,0,0,0,0, 1,0,0,0,1,0)
fit <- geeglm(y ~ x, id = id, family = binomial, corstr = "exchangeable",
              control = geese.control(epsilon = 1e-12, maxit = 100))
cat(sprintf('{"y": [%s], "estimate": %.17g, "robust": %.17g}\n', paste(y, collapse = ", "),
            coef(fit)[["x"]], sqrt(vcov(fit)["x", "x"])))
