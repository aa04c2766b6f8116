"""Codes EQ330 to EQ359: data files and their mappings."""

from __future__ import annotations

from equipoise.errors.error_code import Code

CODES: dict[str, Code] = {
    "EQ330": Code(
        "no mapping for this file",
        "There is no mapping that states what each column of the data file means.",
    ),
    "EQ331": Code("mapping is not TOML", "The text of a mapping cannot be parsed."),
    "EQ332": Code(
        "mapping has a wrong key or value",
        "A key of a mapping is missing or unknown, or a value has the wrong type.",
    ),
    "EQ333": Code(
        "mapped column is absent",
        "The mapping names a column that the file does not have.",
    ),
    "EQ334": Code(
        "column is not mapped",
        "The file has a column that the mapping does not mention. No column is dropped "
        "silently: map it, or list it under ``ignore`` with a reason.",
    ),
    "EQ335": Code(
        "mapped to something unknown",
        "A column is mapped to a table, column, instrument, item, score or visit that "
        "the protocol does not have, or two columns are mapped to the same field, visit "
        "and minute.",
    ),
    "EQ336": Code(
        "value is not mapped",
        "The mapping lists the values of a column, and the column contains another value.",
    ),
    "EQ337": Code(
        "not a number",
        "A value cannot be read as a number.",
    ),
    "EQ338": Code(
        "date in another format",
        "A date does not have the format that the mapping states; the file may mix "
        "formats.",
    ),
    "EQ339": Code(
        "contradictory values",
        "A value that a participant can have only once, such as the arm or the "
        "baseline, differs between rows.",
    ),
    "EQ340": Code(
        "file in another encoding",
        "The bytes of a file are not text in the stated or assumed encoding.",
    ),
    "EQ341": Code("file is empty", "A data file has no rows."),
    "EQ342": Code(
        "file is malformed",
        "A column name is duplicated or empty, or a row has more or fewer values than "
        "there are columns.",
    ),
    "EQ343": Code(
        "unknown visit in the file",
        "A row belongs to a visit or event that the mapping does not name.",
    ),
    "EQ344": Code(
        "row without a participant",
        "A row has no participant identifier.",
    ),
    "EQ345": Code(
        "date without day 0",
        "A date must be converted to a study day, but day 0 of the participant is "
        "unknown, for example because the participant was never randomized. If accepted, "
        "the study day stays missing.",
        acceptable=True,
    ),
    "EQ346": Code(
        "file format cannot be read",
        "A file format is unknown, or needs a package that is not installed.",
    ),
    "EQ347": Code(
        "value without a visit",
        "A row without a visit has a value that needs one.",
    ),
    "EQ348": Code(
        "duplicate values",
        "Two rows give the same value of the same participant and visit, such as one "
        "item answered twice. Equipoise cannot know which one is right.",
    ),
    "EQ349": Code(
        "folder is not a trial",
        "A folder does not contain the tables of a trial as Equipoise writes them, or "
        "they belong to another protocol.",
    ),
    "EQ350": Code(
        "table stated to be empty has rows",
        "A mapping states that a kind of data was collected and had no entries, but the "
        "files contain some.",
    ),
    "EQ351": Code(
        "place of the table is not clear",
        "It cannot be decided from the file where its table begins or ends, which of "
        "several sheets is meant, or which of several columns with the same name. "
        "Nothing is guessed where rows of data could be lost: state it under ``[file]``.",
    ),
    "EQ352": Code(
        "value of a spreadsheet cell is not certain",
        "A workbook stores something else than it shows: a formula without a result, "
        "hidden rows, merged cells of which only one holds the value, a number that lost "
        "digits, or dates, numbers and percentages mixed in one column.",
    ),
    "EQ355": Code(
        "mapping has not been reviewed",
        "A proposed mapping still contains the word CHECK in a comment, or NOT "
        "RECOGNIZED in a reason: these entries have not been read. Correct each, then "
        "delete the word. A dry run (``analyze --dummy``) accepts it and states so.",
        acceptable=True,
    ),
    "EQ356": Code(
        "calculated field does not match its formula",
        "The value of a calculated field of REDCap differs from the value that its "
        "formula gives for the exported fields, for example because a field was changed "
        "or imported later, or because a code of missing data was added. If accepted, "
        "the exported value is used.",
        acceptable=True,
    ),
    "EQ353": Code(
        "correction that does not apply",
        "A correction of the mapping matches no value or several, the source no longer "
        "has the value that it replaces, or it would change what cannot be corrected.",
    ),
    "EQ354": Code(
        "participant with an unexpected identifier",
        "A participant has data after baseline, but no arm although others have one, or "
        "nothing at baseline; or two participants seem to be one. A wrong identifier is "
        "the usual reason. If accepted, they stay participants of their own.",
        acceptable=True,
    ),
    "EQ359": Code(
        "REDCap cannot be read",
        "The API of REDCap cannot be reached, rejects the token or the request, or sends "
        "something else than data. Nothing is saved.",
    ),
    "EQ357": Code(
        "rows of a long file cannot be read as stated",
        "A row filter leaves no row, a row of a file with one row per item has no code, "
        "or rows and dates that were imputed (``DTYPE`` and the flags of dates in ADaM) "
        "would be read as observed.",
    ),
}
