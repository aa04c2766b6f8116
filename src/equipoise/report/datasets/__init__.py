"""Analysis data sets: what each model of the report read, one row at a time."""
