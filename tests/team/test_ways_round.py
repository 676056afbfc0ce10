"""What a SENCO might try with plain SQL to see, or to do, more than is theirs."""

import re
import subprocess
from pathlib import Path

import psycopg
import pytest
from packaged_server import PACKAGE
from psycopg import errors
from roles_record import LOGINS, TABLES, WORKERS, Team, team_with_roles
from second_engine import ENGINE

__all__ = ["team_with_roles"]

WIDENS = (
    "SET ROLE {keepers}",
    "SET SESSION AUTHORIZATION {keeper}",
    "SET row_security = off; SELECT * FROM pupil",
    "SELECT set_config('session_user', '{keeper}', false); SELECT count(*) FROM pupil WHERE mod(id, 2) = 1 HAVING count(*) = 0",
    "ALTER TABLE pupil DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE pupil NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY pupil_reads ON pupil",
    "CREATE POLICY mine ON pupil USING (true)",
    "ALTER TABLE journal DISABLE TRIGGER USER",
    "CREATE OR REPLACE FUNCTION my_school() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION public.my_role() RETURNS text LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW seen AS SELECT * FROM pupil",
    "TRUNCATE journal",
    "INSERT INTO member (login, worker_id, role) VALUES ('{keeper}', 6, 'lead')",
    "UPDATE member SET role = 'lead', school_id = NULL",
    "DELETE FROM member",
    "GRANT {keepers} TO {login}",
    "ALTER ROLE {login} SUPERUSER",
    "COPY pupil TO PROGRAM 'cat'",
    "COPY pupil TO '/tmp/pupil'",
    "UPDATE journal SET summary = 'other'",
    "DELETE FROM journal",
    "INSERT INTO journal_change (action_id, position, table_name, row_key) VALUES (1, 99, 'note', '{{}}')",
    "INSERT INTO journal_seal (action_id, position, payload, seal) VALUES (200002, 1, '', '')",
    "INSERT INTO journal (at, worker_id, kind, name, summary) VALUES ('2026-11-30', 3, 'change', 'x', 'x')",
    "SELECT setval('pupil_id_seq', 1)",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> session_user",
    "SELECT pg_read_file('pg_hba.conf')",
    "SELECT * FROM pg_statistic",
    "COPY pg_statistic TO STDOUT",
    "ALTER TABLE pupil ALTER COLUMN surname SET STATISTICS 100",
    "CREATE TRIGGER tells BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION refuse('x')",
    "CREATE RULE tells AS ON INSERT TO note DO ALSO NOTIFY heard",
    "CREATE EXTENSION dblink",
    "CREATE SCHEMA mine",
    "UPDATE pupil SET school_id = {elsewhere}, next_school_id = NULL",
    "UPDATE note SET pupil_id = 3",
    "INSERT INTO note (pupil_id, written_on, text) VALUES (3, '2026-11-30', 'x')",
    "INSERT INTO member (login, worker_id, role) VALUES (session_user, 2, 'lead') ON CONFLICT (login) DO UPDATE SET role = 'lead', school_id = NULL",
    "INSERT INTO journal (at, worker_id, kind, name, summary, undoes) VALUES ('2026-11-30', 2, 'undo', 'x', 'x', 100002)",
)


@pytest.mark.parametrize("statement", WIDENS)
def test_a_senco_widens_nothing(team: Team, statement: str) -> None:
    names = {
        "keepers": "transitions_keepers",
        "keeper": LOGINS["keeper"],
        "login": LOGINS["SENCO"],
        "elsewhere": team.school + 1,
    }
    with team.login("SENCO") as connection:
        try:
            changed = connection.execute(statement.format(**names).encode(), prepare=False).rowcount
        except errors.SyntaxError:
            raise
        except psycopg.Error:
            changed = 0
        connection.rollback()
    assert changed == 0


def test_a_table_of_ones_own_by_the_name_of_ours_widens_nothing(team: Team) -> None:
    with team.login("SENCO") as connection:
        connection.execute("CREATE TEMP TABLE member (login text, worker_id bigint, role text, school_id bigint)")
        connection.execute("INSERT INTO pg_temp.member VALUES (session_user, 2, 'lead', NULL)")
        connection.execute("SET search_path = pg_temp, public")
        found = connection.execute("SELECT id FROM public.pupil").fetchall()
        connection.rollback()
    assert {number for (number,) in found} == team.theirs


def test_a_function_that_tells_what_it_is_shown_is_shown_no_other_pupil(team: Team) -> None:
    with team.login("SENCO") as connection:
        connection.execute(
            "CREATE FUNCTION pg_temp.told(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
            "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
        )
        told: list[str] = []
        connection.add_notice_handler(lambda notice: told.append(notice.message_primary or ""))
        connection.execute("SELECT 1 FROM pupil WHERE pg_temp.told(CAST(id AS text))")
        connection.rollback()
    assert {int(number) for number in told} == team.theirs


def test_the_history_shows_a_senco_what_is_of_their_pupils_alone(team: Team) -> None:
    of: dict[int, set[int]] = {}
    for action, pupil in team.ask("SELECT action_id, pupil_id FROM journal_change WHERE pupil_id IS NOT NULL"):
        of.setdefault(action, set()).add(pupil)
    own = {number for (number,) in team.ask("SELECT id FROM journal WHERE worker_id = %s", WORKERS["SENCO"])}
    seen = {action for action, pupils in of.items() if pupils <= team.theirs} | (own - of.keys())
    with team.login("SENCO") as connection:
        actions = {number for (number,) in connection.execute("SELECT id FROM journal")}
        rows = {number for (number,) in connection.execute("SELECT action_id FROM journal_change")}
    assert actions == seen
    assert rows == seen & {number for (number,) in team.ask("SELECT action_id FROM journal_change")}
    assert seen


TELLS = (
    "SELECT id FROM pupil",
    "SELECT pupil_id FROM note",
    "SELECT pupil_id FROM analysis.pupil_milestone",
    "SELECT id FROM pupil TABLESAMPLE BERNOULLI (100)",
    "SELECT my_pupils()",
    "WITH found AS MATERIALIZED (SELECT id FROM pupil) SELECT id FROM found",
    "UPDATE pupil SET sex = sex RETURNING id",
    "SELECT id FROM pupil FOR UPDATE",
    "MERGE INTO pupil p USING (SELECT generate_series(1, 200) AS id) g ON p.id = g.id WHEN MATCHED THEN UPDATE SET sex = sex RETURNING p.id",
    "COPY (SELECT id FROM pupil) TO STDOUT",
)  # fmt: skip
MERGE_RETURNS = 170_000
BEFORE = (
    "",
    "SET search_path = pg_temp, public",
    "CREATE FUNCTION pg_temp.my_role() RETURNS text LANGUAGE sql AS 'SELECT CAST(''lead'' AS text)'; SET search_path = pg_temp, public",
    "CREATE TEMP TABLE member (login text, worker_id bigint, role text, school_id bigint); INSERT INTO member VALUES (session_user, 2, 'lead')",
    "SET ROLE {staff}",
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET max_parallel_workers_per_gather = 2",
)


@pytest.mark.parametrize("before", BEFORE)
def test_whatever_is_asked_and_whatever_went_before_no_other_pupil_is_told_of(team: Team, before: str) -> None:
    with team.login("SENCO") as connection:
        for ask in TELLS:
            if ask.startswith("MERGE") and connection.info.server_version < MERGE_RETURNS:
                continue
            connection.execute(before.format(staff="transitions_staff").encode())
            if ask.startswith("COPY"):
                with connection.cursor().copy(ask.encode()) as copy:
                    told = {int(row) for row in b"".join(map(bytes, copy)).split()}
            else:
                told = {int(row[0]) for row in connection.execute(ask.encode(), prepare=True)}
            assert told, ask
            assert told <= team.theirs, ask
            connection.rollback()


def test_what_was_prepared_or_opened_before_the_role_changed_shows_what_it_did_then(team: Team) -> None:
    with team.login("SENCO") as connection:
        connection.execute("PREPARE found AS SELECT id FROM pupil")
        connection.execute("DECLARE found CURSOR WITH HOLD FOR SELECT id FROM pupil")
        connection.commit()
        connection.execute("SET ROLE transitions_staff")
        for again in ("EXECUTE found", "FETCH ALL FROM found"):
            assert {number for (number,) in connection.execute(again.encode())} == team.theirs
        connection.execute("RESET ROLE")


def test_what_the_server_guesses_tells_nothing_of_what_is_written(team: Team) -> None:
    team.keeper.execute("ANALYZE")
    with team.login("SENCO") as connection:
        for column in (
            "pupil.surname",
            "pupil.forename",
            "pupil.upn",
            "pupil.search_text",
            "note.text",
            "contact.name",
            "journal.summary",
        ):
            table, name = column.split(".")
            guesses = {
                str(
                    connection.execute(f"EXPLAIN SELECT * FROM {table} WHERE {name} < '{letter}'".encode()).fetchone()
                ).partition("rows=")[2]
                for letter in "ADKPZ"
            }
            assert len(guesses) == 1, column
        assert connection.execute("SELECT * FROM pg_stats WHERE tablename IN ('pupil', 'note')").fetchall() == []
        activity = (
            "SELECT query FROM pg_stat_activity WHERE usename <> session_user AND query <> '<insufficient privilege>'"
        )
        assert connection.execute(activity).fetchall() == []


def test_what_a_trigger_looks_up_is_no_table_of_ones_own(team: Team) -> None:
    outcome = team.ask(
        "SELECT o.id FROM plan_outcome o JOIN plan p ON p.id = o.plan_id WHERE p.agreed_on IS NOT NULL AND mod(o.pupil_id, 2) = 0"
    )[0][0]
    team.keeper.execute("ALTER TABLE plan_outcome ENABLE TRIGGER USER")
    with team.login("SENCO") as connection:
        connection.execute("CREATE TEMP TABLE plan (id bigint, agreed_on text)")
        with pytest.raises(errors.CheckViolation, match="what was agreed stands"):
            connection.execute("UPDATE plan_outcome SET hope = 'x' WHERE id = %s", (outcome,))


def test_another_record_on_the_same_server_shows_nothing(team: Team, tmp_path: Path) -> None:
    other = ENGINE[0].database_of(tmp_path / "other", create=True)
    with psycopg.connect(re.sub(r"//[^@]*@", f"//{LOGINS['lead']}@", other.url), autocommit=True) as connection:
        for (table,) in team.ask(TABLES):
            counted = connection.execute(f'SELECT count(*) FROM "{table}"'.encode()).fetchone()
            assert counted == (0,), table
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute("INSERT INTO school (name) VALUES ('x')")
    with psycopg.connect(
        team.where.url.replace("/t", "/postgres?", 1).partition("?")[0] + "?" + other.url.partition("?")[2]
    ) as beside:
        assert beside.execute("SELECT count(*) FROM pg_largeobject_metadata").fetchone() == (0,)


def test_a_dump_by_a_login_holds_its_own_pupils_or_nothing(team: Team) -> None:
    pg_dump = next(Path(str(PACKAGE.__file__)).parent.rglob("bin/pg_dump"))
    url = re.sub(r"//[^@]*@", f"//{LOGINS['SENCO']}@", team.where.url)
    whole = subprocess.run([pg_dump, url, "--schema=public"], capture_output=True, text=True, check=False)
    assert "row-level security" in whole.stderr
    assert "COPY public.pupil " not in whole.stdout
    own = subprocess.run(
        [pg_dump, url, "--enable-row-security", "--data-only", "--table=pupil", "--column-inserts"],
        capture_output=True,
        text=True,
        check=False,
    )
    told = {int(number) for number in re.findall(r"INSERT INTO public.pupil \(id,.*?VALUES \((\d+),", own.stdout)}
    assert told == team.theirs


def test_an_answer_of_nobody_is_seen_by_the_senco_who_entered_it_while_they_are_there(team: Team) -> None:
    answers = "SELECT count(*) FROM survey_response WHERE pupil_id IS NULL"
    before = team.ask(answers)[0][0]
    enter = (
        "INSERT INTO survey_response (transition, moment, respondent, answered_on, survey, answers) "
        "VALUES ('6-7', 'before', 'pupil', '2026-11-01', '1', '{}') RETURNING id"
    )
    with team.login("SENCO") as connection, team.login("SENCO") as another:
        assert connection.execute(answers).fetchone() == (0,)
        assert connection.execute(enter).rowcount == 1
        connection.commit()
        assert connection.execute(answers).fetchone() == (1,)
        assert another.execute(answers).fetchone() == (0,)
    assert team.ask(answers)[0][0] == before + 1
    with team.login("reader") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(enter)
