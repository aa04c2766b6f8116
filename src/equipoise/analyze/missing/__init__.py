"""Missing outcomes: imputation by the estimand, and how far it can be pushed."""
