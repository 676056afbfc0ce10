"""The commands of an import, and of the first start."""

from screens.frame.commands import FIRST_RUN, IMPORT, Command

_IMPORT = frozenset({IMPORT})
_FIRST_RUN = frozenset({FIRST_RUN})

# fmt: off
IMPORT_COMMANDS = (
    Command("import.commit", "Import", ("ctrl+s",), "commit", _IMPORT, footer=True,
            help="Imports what is shown, as one change that you can undo."),
    Command("import.good", "Go on with the good lines", ("G",), "good", _IMPORT, short="good lines", footer=True,
            help="Leaves out the refused lines and saves them, with reasons, to a separate file."),
    Command("import.again", "Read again", ("r",), "again", _IMPORT, footer=True,
            help="Reads the file again after you have corrected it."),
    Command("import.columns", "Edit the columns", ("e",), "columns", _IMPORT, short="edit columns", footer=True,
            help="Says what each column is, and remembers it for files with the same header."),
    Command("import.sheet", "Another sheet", ("v",), "sheet", _IMPORT, footer=True,
            help="Chooses the sheet of a workbook, or all sheets with the same columns."),
    Command("import.encoding", "Encoding", (), "encoding", _IMPORT,
            help="Chooses a text file's encoding if its accents look wrong."),
    Command("import.take", "What is taken", (), "take", _IMPORT,
            help="For a SEN2 return: also takes what differs, or pupils who are not here yet."),
    Command("import.compared", "Export what differs", ("x",), "compared", _IMPORT,
            help="For a SEN2 return: saves its differences from the records as a table."),
    Command("import.file", "Import another file", ("I",), "file", _IMPORT, short="another file", footer=True,
            help="Goes to the file name, to choose another."),
)
FIRST_RUN_COMMANDS = (
    Command("first.schools", "Import schools", ("1",), "schools", _FIRST_RUN,
            help="Imports schools from a file, such as the national register's download."),
    Command("first.pupils", "Import pupils", ("2",), "pupils", _FIRST_RUN,
            help="Imports pupils from a file, showing first what would change."),
    Command("first.add", "Add a pupil", ("3",), "add_pupil", _FIRST_RUN,
            help="Opens an empty form for a pupil."),
    Command("first.demo", "Look around", ("4",), "demo", _FIRST_RUN,
            help="Opens made-up pupils in a separate file."),
    Command("first.start", "Go to the caseload", ("5",), "start", _FIRST_RUN,
            help="Starts with an empty caseload."),
)
# fmt: on
