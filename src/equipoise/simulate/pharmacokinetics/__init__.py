"""From dose to concentration: compartment models with their analytic solution."""
