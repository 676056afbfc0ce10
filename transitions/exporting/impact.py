"""The file of the figures that committees ask for: what `transitions impact` prints, a row for each."""

from collections.abc import Iterator, Sequence

from transitions.caseload.caseload import Caseload
from transitions.errors import NotAllowed
from transitions.exporting.files import Code, ExportTable, Options, described
from transitions.impact.listing import KEYS, in_words, records
from transitions.impact.measure import Asked
from transitions.impact.measures import figures
from transitions.school_year import academic_year
from transitions.workspace import Workspace


def impact_table(workspace: Workspace, caseload: Caseload, options: Options) -> ExportTable:
    """A row for each figure of the academic year of the options (this one, for None), then for those that were entered alone.

    Raises NotAllowed for pseudonyms.
    """
    if options.pseudonymised:
        raise NotAllowed("There is no pupil in a file of figures, so there is nothing to pseudonymise.")
    year = academic_year(workspace.clock.today) if options.academic_year is None else options.academic_year
    asked = Asked(workspace, year, caseload)

    def rows(_: Code) -> Iterator[Sequence[object]]:
        return (tuple(in_words(one)[key] for key in KEYS) for one in records(workspace, figures(asked)))

    title = f"Figures that committees ask for, {asked.period}. Small numbers are shown: not for publication"
    return ExportTable(title, described(workspace, caseload), rows)
