-- Who is who, and what the policies ask for. Run at every set-up and upgrade; what is there already stays.
CREATE TABLE IF NOT EXISTS member (
    login text PRIMARY KEY, worker_id bigint NOT NULL UNIQUE, role text NOT NULL, school_id bigint,
    FOREIGN KEY (worker_id) REFERENCES worker (id) DEFERRABLE, FOREIGN KEY (school_id) REFERENCES school (id) DEFERRABLE,
    CONSTRAINT member_role_is_known CHECK (role IN ('caseworker', 'SENCO', 'lead', 'reader', 'keeper')),
    CONSTRAINT member_senco_has_a_school CHECK ((role = 'SENCO') = (school_id IS NOT NULL)));
CREATE INDEX IF NOT EXISTS member_of_school ON member (school_id) WHERE school_id IS NOT NULL;
ALTER TABLE unfinished_file ADD COLUMN IF NOT EXISTS login text NOT NULL DEFAULT session_user;
CREATE OR REPLACE VIEW chosen AS SELECT CAST(unnest(string_to_array(current_setting('transitions.chosen', TRUE), ',')) AS bigint) AS id;
GRANT SELECT ON chosen TO transitions_staff;
CREATE OR REPLACE FUNCTION my_role() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT role FROM public.member WHERE login = session_user $$;
CREATE OR REPLACE FUNCTION my_worker() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT worker_id FROM public.member WHERE login = session_user $$;
CREATE OR REPLACE FUNCTION my_school() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT school_id FROM public.member WHERE login = session_user $$;
CREATE OR REPLACE FUNCTION my_pupils() RETURNS SETOF bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT id FROM public.pupil WHERE school_id = (SELECT public.my_school())
          UNION SELECT id FROM public.pupil WHERE next_school_id = (SELECT public.my_school()) $$;
CREATE OR REPLACE FUNCTION is_mine(action bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM public.journal WHERE id = action AND worker_id = public.my_worker()) $$;
CREATE OR REPLACE FUNCTION is_sealed(action bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT EXISTS (SELECT 1 FROM public.journal_seal WHERE action_id = action) $$;
CREATE OR REPLACE FUNCTION is_new_of_mine(action bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT public.is_mine(action) AND public.my_role() <> 'reader' AND NOT public.is_sealed(action) $$;
CREATE OR REPLACE FUNCTION is_of_my_pupils(action bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT CASE WHEN public.my_school() IS NULL THEN FALSE
          WHEN EXISTS (SELECT 1 FROM public.journal_change c LEFT JOIN public.pupil p ON p.id = c.pupil_id
              WHERE c.action_id = action AND c.pupil_id IS NOT NULL
              AND coalesce(public.my_school() NOT IN (coalesce(p.school_id, 0), coalesce(p.next_school_id, 0)), TRUE)) THEN FALSE
          WHEN EXISTS (SELECT 1 FROM public.journal_change WHERE action_id = action AND pupil_id IS NOT NULL) THEN TRUE
          ELSE public.is_mine(action) END $$;
CREATE OR REPLACE FUNCTION newest_seal() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT max(action_id) FROM public.journal_seal $$;
-- What a trigger looks up is ours, whatever else somebody has made by that name.
DO $$ DECLARE one regprocedure; BEGIN FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = CAST('public' AS regnamespace) AND prorettype = CAST('trigger' AS regtype)
    LOOP EXECUTE 'ALTER FUNCTION ' || one || ' SET search_path = public, pg_temp'; END LOOP; END $$;
-- EXPLAIN tells everybody by what the server guesses, and that would be samples of what is written of pupils.
DO $$ DECLARE one record; BEGIN FOR one IN SELECT attrelid, attname FROM pg_attribute WHERE atttypid = CAST('text' AS regtype) AND attstattarget IS DISTINCT FROM 0
    AND attname !~ '(_on|_at|_after|^kind|^status|^outcome|^transition|^direction|^state)$' AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = CAST('public' AS regnamespace))
    LOOP EXECUTE format('ALTER TABLE public.%I ALTER COLUMN %I SET STATISTICS 0', (SELECT relname FROM pg_class WHERE oid = one.attrelid), one.attname); END LOOP; END $$;
CREATE OR REPLACE FUNCTION newest_answer_here() RETURNS bigint
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp
    AS $$ BEGIN RETURN currval('public.survey_response_id_seq'); EXCEPTION WHEN object_not_in_prerequisite_state THEN RETURN NULL; END $$;
