"""The commands of an import, and of the first start."""

from screens.frame.commands import FIRST_RUN, IMPORT, Command

_IMPORT = frozenset({IMPORT})
_FIRST_RUN = frozenset({FIRST_RUN})

# fmt: off
IMPORT_COMMANDS = (
    Command("import.commit", "Import", ("ctrl+s",), "commit", _IMPORT, footer=True,
            help="Imports what is shown, as one change that you can undo."),
    Command("import.good", "Go on with the good lines", ("G",), "good", _IMPORT, short="good lines", footer=True,
            help="Leaves out the refused lines and saves them to a separate file, with the reasons."),
    Command("import.again", "Read again", ("r",), "again", _IMPORT, footer=True,
            help="Reads the file again, once you have corrected it."),
    Command("import.columns", "Edit the columns", ("e",), "columns", _IMPORT, short="edit columns", footer=True,
            help="Says which column of the file is what; it is kept for every file with the same header."),
    Command("import.sheet", "Another sheet", ("v",), "sheet", _IMPORT, footer=True,
            help="Chooses the sheet of a workbook, or all that have the same columns."),
    Command("import.encoding", "Encoding", (), "encoding", _IMPORT,
            help="Says in which encoding a text file is written, when its accents look wrong."),
    Command("import.take", "What is taken", (), "take", _IMPORT,
            help="Of a SEN2 return: takes what differs as well, or pupils who are not here yet."),
    Command("import.compared", "Export what differs", ("x",), "compared", _IMPORT,
            help="Of a SEN2 return: saves what it and the records say differently, as a table."),
    Command("import.file", "Import another file", ("I",), "file", _IMPORT, short="another file", footer=True,
            help="Goes to the name of the file, to choose another."),
)
FIRST_RUN_COMMANDS = (
    Command("first.schools", "Import schools", ("1",), "schools", _FIRST_RUN,
            help="Reads schools from a file, such as the national register's download."),
    Command("first.pupils", "Import pupils", ("2",), "pupils", _FIRST_RUN,
            help="Reads pupils from a file; first it shows what it would do."),
    Command("first.add", "Add a pupil", ("3",), "add_pupil", _FIRST_RUN,
            help="Opens an empty form for a pupil."),
    Command("first.demo", "Look around", ("4",), "demo", _FIRST_RUN,
            help="Opens made-up pupils, in a file of their own."),
    Command("first.start", "Go to the caseload", ("5",), "start", _FIRST_RUN,
            help="Begins with an empty caseload."),
)
# fmt: on
