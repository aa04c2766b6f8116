"""Analysis data sets (CDISC ADaM): the rows that each model of the report used."""
