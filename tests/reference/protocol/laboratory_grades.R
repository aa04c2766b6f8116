# Grades of CTCAE v5.0 by the criteria of the R package admiral (pharmaverse), evaluated in
# base R over a grid of results, reference ranges and values at baseline.
#
#   Rscript laboratory_grades.R criteria.tsv > laboratory_grades.json
#
# criteria.tsv: TERM, GRADE_NA_CODE and GRADE_4_CODE to GRADE_1_CODE of
# data-raw/adlb_grading/ncictcaev5.json of admiral, one term a line. The conditions are tried
# in the order of derive_var_atoxgr_dir(): not gradable, grade 4, ..., grade 1, otherwise 0.
signif_dig <- 15
high_indicator <- "HIGH"
ORDER <- c("NA", "4", "3", "2", "1")

conditions <- function(row) {
  codes <- unlist(row[paste0("GRADE_", ORDER, "_CODE")])
  parse(text = paste0("list(", paste(codes[nzchar(codes)], collapse = ", "), ")"))[[1]]
}

grade <- function(criteria, AVAL, ANRLO, ANRHI, BASE, BNRIND) {
  for (one in as.list(criteria)[-1]) {  # condition ~ grade
    if (isTRUE(eval(one[[2]]))) return(eval(one[[3]]))
  }
  "0"
}

GRID <- list(
  "Anemia" = list(c(140, 139, 120, 100, 99.9, 80, 79), c(140, NA), 180, NA),
  "White blood cell decreased" = list(c(6, 4, 3.9, 3, 2.9, 2, 1.9, 1, .9), c(4, NA), 11, NA),
  "Neutrophil count decreased" =
    list(c(5, 2, 1.9, 1.5, 1.4, 1, .9, .5, .4), c(2, NA), 7, NA),
  "Platelet count decreased" = list(c(300, 150, 149, 75, 74, 50, 49, 25, 24), c(150, NA), 400, NA),
  "Alanine aminotransferase increased" =
    list(c(10, 40, 41, 59, 60, 61, 75, 76, 120, 121, 150, 151, 200, 201, 250, 251, 800, 801,
           1000, 1001), NA, c(40, NA), c(NA, 30, 50)),
  "Aspartate aminotransferase increased" =
    list(c(10, 35, 36, 52.5, 105, 106, 175, 176, 700, 701), NA, 35, c(NA, 30, 50)),
  "Blood bilirubin increased" =
    list(c(10, 20, 21, 25, 26, 30, 31, 60, 61, 75, 76, 200, 201, 250, 251), NA, c(20, NA),
         c(NA, 15, 25)),
  "Creatinine increased" =
    list(c(60, 90, 91, 100, 101, 120, 150, 151, 180, 181, 300, 301, 600, 601), NA, 100,
         c(NA, 60, 120)),
  "Hypokalemia" = list(c(4, 3.5, 3.4, 3, 2.9, 2.5, 2.4), c(3.5, NA), 5, NA),
  "Hyperkalemia" = list(c(4, 5, 5.1, 5.5, 5.6, 6, 6.1, 7, 7.1), 3.5, c(5, NA), NA),
  "Hyponatremia" = list(c(140, 135, 134, 130, 129, 125, 124, 120, 119), c(135, NA), 145, NA),
  "Hypernatremia" = list(c(140, 145, 146, 150, 151, 155, 156, 160, 161), 135, c(145, NA), NA),
  "Hypoglycemia" = list(c(5, 3.9, 3.8, 3, 2.9, 2.2, 2.1, 1.7, 1.6), c(3.9, NA), 5.6, NA)
)

number <- function(x) if (is.na(x)) "null" else format(x, trim = TRUE)
text <- function(x) if (is.na(x)) "null" else sprintf('"%s"', x)

table <- read.delim(commandArgs(TRUE)[1], quote = "", na.strings = character())
rows <- c()
for (term in names(GRID)) {
  row <- table[table$TERM == term, ]
  stopifnot(nrow(row) == 1)
  criteria <- conditions(row)
  grid <- expand.grid(AVAL = GRID[[term]][[1]], ANRLO = GRID[[term]][[2]],
                      ANRHI = GRID[[term]][[3]], BASE = GRID[[term]][[4]])
  for (i in seq_len(nrow(grid))) {
    g <- grid[i, ]
    is_high <- !is.na(g$BASE) && !is.na(g$ANRHI) && g$BASE > g$ANRHI
    bnrind <- if (is.na(g$BASE)) NA else if (is_high) "HIGH" else "NORMAL"
    made <- grade(criteria, g$AVAL, g$ANRLO, g$ANRHI, g$BASE, bnrind)
    rows <- c(rows, sprintf(
      '  {"term": %s, "value": %s, "low": %s, "high": %s, "baseline": %s, "grade": %s}',
      text(term), number(g$AVAL), number(g$ANRLO), number(g$ANRHI), number(g$BASE),
      if (is.na(made)) "null" else made))
  }
}
cat('{"program": "admiral 1.5.0.9003, data-raw/adlb_grading/ncictcaev5.json, evaluated in ',
    R.version.string, '",\n "made": "', format(Sys.Date()), '",\n "tolerance": ',
    '"none: grades are whole numbers",\n "rows": [\n', paste(rows, collapse = ",\n"),
    "\n ]}\n", sep = "")
