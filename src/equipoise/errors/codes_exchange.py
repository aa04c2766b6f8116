"""Codes EQ330 to EQ359: data files and the mappings by which they are read."""

from __future__ import annotations

from equipoise.errors.code import Code

CODES: dict[str, Code] = {
    "EQ330": Code(
        "no mapping for this file",
        "A data file was given without a mapping that says which column is what.",
    ),
    "EQ331": Code("mapping is not TOML", "The text of a mapping cannot be parsed."),
    "EQ332": Code(
        "mapping has the wrong shape",
        "A key of a mapping is missing or unknown, or a value has the wrong type.",
    ),
    "EQ333": Code(
        "mapped column is absent",
        "The mapping names a column that the file does not have.",
    ),
    "EQ334": Code(
        "column is not mapped",
        "The file has a column of which the mapping says nothing. Nothing is dropped in "
        "silence: map it, or list it under ignore with a reason.",
    ),
    "EQ335": Code(
        "mapped to something unknown",
        "A column is mapped to a table, column, instrument, item, score or visit that "
        "the protocol does not have, or the same cell is mapped twice.",
    ),
    "EQ336": Code(
        "value is not mapped",
        "A column lists what its values mean, and holds another value.",
    ),
    "EQ337": Code(
        "text where a number belongs",
        "A value cannot be read as a number.",
    ),
    "EQ338": Code(
        "date in another format",
        "A date is not written as the mapping says; formats may be mixed.",
    ),
    "EQ339": Code(
        "values disagree",
        "Something that a participant has once, such as the arm or the baseline, has "
        "different values in different rows.",
    ),
    "EQ340": Code(
        "file in another encoding",
        "The bytes of a file are not text in the encoding that was stated or assumed.",
    ),
    "EQ341": Code("file is empty", "A data file has no rows."),
    "EQ342": Code(
        "file is malformed",
        "A column name stands twice or is empty, or a row has more or fewer cells than "
        "there are columns.",
    ),
    "EQ343": Code(
        "unknown visit in the file",
        "A row belongs to a visit or event that the mapping does not know.",
    ),
    "EQ344": Code(
        "row without a participant",
        "A row does not say whose it is.",
    ),
    "EQ345": Code(
        "date without day 0",
        "A date has to become a day of the schedule, and the day 0 of the participant "
        "is not known, as of somebody who was never randomized. Accepted, the day stays "
        "unknown.",
        acceptable=True,
    ),
    "EQ346": Code(
        "format needs another package",
        "A file format needs a package that is not installed, or is not known.",
    ),
    "EQ347": Code(
        "value without a visit",
        "A row that belongs to no visit has a value that needs one.",
    ),
    "EQ348": Code(
        "cell stands twice",
        "Two rows give the same value of the same participant and visit, such as one "
        "item answered twice; which one counts cannot be known.",
    ),
    "EQ349": Code(
        "folder is not a trial",
        "A folder was given that does not hold the tables of a trial as Equipoise "
        "writes them, or they belong to another protocol.",
    ),
    "EQ350": Code(
        "table stated to be empty has rows",
        "A mapping states that a kind of data was collected and that there is none, and "
        "the files hold some.",
    ),
}
