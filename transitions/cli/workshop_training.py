"""The command about programmes of training: their modules, who has completed them, and how confidence changed."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from transitions.cli.options import common, formatted, opened, pairs
from transitions.cli.output import emit, say, talk

if TYPE_CHECKING:
    from transitions.workshops.training import Completion, Confidence, ModuleRow, Programme, Trainee
    from transitions.workspace import Workspace

_MODULE_KEYS = ("id", "programme", "position", "module", "sessions", "retired_on")
_FIGURE_KEYS = ("programme", "part", "item", "count", "base", "value", "words")
_TRAINEE_KEYS = ("programme", "name", "school", "agency", "done", "missing", "complete")


@click.command("training")
@common
@formatted
@click.argument("programme", required=False)
@click.argument("fields", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--people", is_flag=True, help="Print each person: which modules are done, which are missing.")
@click.option("--schools", is_flag=True, help="Likewise each school, taken as one.")
@click.option("--change", type=int, metavar="NUMBER", help="Change this module with FIELD=VALUE words.")
@click.option("--retire", type=int, metavar="NUMBER", help="Take this module out of the programme, from today on.")
@click.option("--bring-back", type=int, metavar="NUMBER", help="Make a retired module part of it again.")
@click.pass_context
def training_command(
    ctx: click.Context,
    /,
    db: Path | None,
    as_of: str | None,
    style: str,
    programme: str | None,
    fields: tuple[str, ...],
    people: bool,
    schools: bool,
    change: int | None,
    retire: int | None,
    bring_back: int | None,
) -> None:
    """Print the programmes with their modules; of one PROGRAMME how many completed it and how confidence changed.

    FIELD=VALUE words add a module, such as: workshop training "Thrive" name="Safe transitions" position=2. Sessions are workshops
    of kind training with programme= and module=; confidence is marked with workshop attend --from.
    """
    asked = (bool(fields), people, schools, retire is not None, bring_back is not None)
    if sum(asked) > 1 or (change is not None and not fields):
        raise click.UsageError(
            "Give one of FIELD=VALUE words (with --change for a module that stands), --people, --schools, --retire and --bring-back."
        )
    if (programme is None and any(asked)) or "=" in (programme or ""):
        raise click.UsageError('Name the programme first, such as: workshop training "Thrive" name="Safe transitions"')
    with opened(ctx, db, as_of) as workspace:
        if programme is None:
            emit(_modules(workspace), _MODULE_KEYS, style)
        elif fields:
            _save(workspace, programme, change, fields)
        elif retire is not None or bring_back is not None:
            _retire(workspace, _standing(workspace, programme), retire, bring_back)
        else:
            _print(workspace, _standing(workspace, programme).name, style, people=people, schools=schools)


def _standing(workspace: "Workspace", text: str) -> "Programme":
    """Give the programme of this name. Raises ``NoSuchRecord`` with those that there are."""
    from transitions.errors import NoSuchRecord
    from transitions.text import searchable
    from transitions.workshops.training import programmes

    every = programmes(workspace)
    found = [one for one in every if searchable(one.name) == searchable(text)] or [
        one for one in every if all(word in searchable(one.name) for word in searchable(text).split())
    ]
    if len(found) != 1:
        known = "; ".join(one.name for one in found or every) or "none yet"
        raise NoSuchRecord(f'No one programme answers to "{text}". There are: {known}')
    return found[0]


def _modules(workspace: "Workspace") -> Iterator[dict[str, object]]:
    """Give a line for each module, and one for the sessions that count for none."""
    from transitions.workshops.training import programmes

    for one in programmes(workspace):
        for module in (*one.modules, *one.retired):
            yield _module(one, module)
        if one.astray:
            yield {"programme": one.name, "module": "(sessions of no module)", "sessions": len(one.astray)}


def _module(programme: "Programme", module: "ModuleRow") -> dict[str, object]:
    sessions = sum(session.module == module.name for session in programme.sessions)
    return {
        "id": module.id,
        "programme": programme.name,
        "position": module.position,
        "module": module.name,
        "sessions": sessions,
        "retired_on": module.retired_on,
    }


def _save(workspace: "Workspace", programme: str, change: int | None, fields: tuple[str, ...]) -> None:
    from transitions.workshops.training import save_module

    if change is not None:
        _check_whose(_standing(workspace, programme), change)
    saved = save_module(workspace, change, {**({} if change else {"programme": programme}), **pairs(fields)})
    say(saved.recorded)
    click.echo(f"module #{saved.module_id}")


def _retire(workspace: "Workspace", programme: "Programme", retire: int | None, bring_back: int | None) -> None:
    from transitions.workshops import training

    number = retire if retire is not None else bring_back
    assert number is not None  # noqa: S101 - one of the two was given
    _check_whose(programme, number)
    say((training.retire_module if retire is not None else training.bring_back_module)(workspace, number))


def _check_whose(programme: "Programme", number: int) -> None:
    """Refuse a slip in a number that would change another programme's module."""
    from transitions.errors import NoSuchRecord

    if number not in {module.id for module in (*programme.modules, *programme.retired)}:
        raise NoSuchRecord(
            f"{programme.name} has no module #{number}. See the numbers with: transitions workshop training"
        )


def _print(workspace: "Workspace", programme: str, style: str, *, people: bool, schools: bool) -> None:
    from transitions.workshops.training import completion, confidence

    found = completion(workspace, programme)
    if people or schools:
        rows = found.people if people else found.schools
        emit(_trainees(programme, rows), _TRAINEE_KEYS, style, shown=_TRAINEE_KEYS[1:] if people else _SHOWN_OF_SCHOOLS)
        share = found.completed if people else found.schools_completed
        talk(f"Been to every module: {share.words}. Lines that say that somebody came but not who: {found.unnamed:,}.")
        return
    said = confidence(workspace, programme)
    emit(_figures(found, said), _FIGURE_KEYS, style, shown=("part", "item", "words"))
    talk(f"{programme} · {said.words}")


_SHOWN_OF_SCHOOLS = ("school", "done", "missing", "complete")


def _trainees(programme: str, rows: "Sequence[Trainee]") -> Iterator[dict[str, object]]:
    for one in rows:
        yield {**one._asdict(), "programme": programme, "complete": bool(one.done) and not one.missing}


def _figures(found: "Completion", said: "Confidence") -> Iterator[Mapping[str, object]]:
    """Give one record a count: long rather than wide, so that every part has the same keys."""
    about = {"programme": found.programme}
    shares = (
        ("people", "been to every module, of those who came", found.completed),
        ("people", "been to every module, of those asked by name", found.completed_of_invited),
        ("schools", "been to every module, of those that came", found.schools_completed),
        *(("module", name, share) for name, share in found.by_module.items()),
        ("confidence", "said both before and after", said.pairs),
        ("confidence", "confident before", said.confident_before),
        ("confidence", "confident after", said.confident_after),
    )
    for part, item, share in shares:
        counts = {"count": share.counted, "base": share.base, "words": share.words}
        yield {**about, "part": part, "item": item, **counts}
    for item, mean in (("mean before", said.before), ("mean after", said.after)):
        if mean is not None:
            words = f"{mean:.1f} of 5, of {said.pairs.counted:,}"
            yield {
                **about,
                "part": "confidence",
                "item": item,
                "base": said.pairs.counted,
                "value": round(mean, 2),
                "words": words,
            }
    for item in ("lower", "same", "higher"):
        count = getattr(said, item)
        words = f"{count:,} of {said.pairs.counted:,}"
        yield {**about, "part": "confidence", "item": item, "count": count, "base": said.pairs.counted, "words": words}
