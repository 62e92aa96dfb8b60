-- Who may touch what. Run by `manage.py setup` as the owner after every migration of `public`; safe to run again.
-- :login, :owner and :password are filled in by tenants.rights.

REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, portico_platform, portico_company;
GRANT USAGE ON SCHEMA public TO portico_platform, portico_company;

-- The platform works on `public` and nowhere else. Companies are made by a claim alone.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO portico_platform;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portico_platform;
REVOKE INSERT, DELETE ON public.tenants_company FROM portico_platform;
REVOKE INSERT, UPDATE, DELETE ON public.tenants_readyschema, public.tenants_recording, public.django_migrations
  FROM portico_platform;
REVOKE INSERT, UPDATE, DELETE ON public.tenants_tombstone, public.tenants_leftover FROM portico_platform;
-- The audit is written, never rewritten.
REVOKE UPDATE, DELETE, TRUNCATE ON public.audit_platformauditlog, public.audit_seal FROM portico_platform;

-- A company sees the catalogue, and of the shared tables its own rows.
GRANT SELECT ON public.staff_subject TO portico_company;
GRANT SELECT, INSERT, UPDATE ON public.console_ticketindex TO portico_company;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portico_company;
GRANT INSERT ON public.audit_platformauditlog TO portico_company;
GRANT SELECT, INSERT, DELETE ON public.tenants_due, public.usage_hour TO portico_company;
-- Its domains: which it says are its own. What proves one is looked up by the worker, in its name.
GRANT SELECT, INSERT, DELETE, UPDATE (state, is_primary, seen, misses, checked_at, proven_at, broken_at)
  ON public.tenants_domain TO portico_company;
-- That its people's addresses are known there, as digests: it says so, and learns nothing of others.
GRANT SELECT, INSERT, DELETE ON public.signup_known TO portico_company;
-- Of an incident: what it may know itself, and the worker's note of what went wrong inside it.
GRANT SELECT, UPDATE (trouble) ON public.incidents_affected TO portico_company;

-- What it pays, it reads; what it wishes, it adds. Neither is its to change.
GRANT SELECT ON public.billing_account TO portico_company;
GRANT SELECT, INSERT ON public.billing_errand TO portico_company;

-- A claim costs one message: it tells all there is to know, and answers instead of failing, so it needs no savepoint.
-- No row: no schema is ready. A row without an id: the subdomain is, or was until lately, another company's.
DROP FUNCTION IF EXISTS public.portico_claim(text, text, text);
CREATE FUNCTION public.portico_claim(p_fingerprint text, p_name text, p_slug text)
RETURNS TABLE (company_id bigint, company_schema text, company_tint smallint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $claim$
DECLARE
  picked text;
  made bigint;
  colour smallint;
BEGIN
  IF EXISTS (SELECT 1 FROM public.tenants_tombstone t
      WHERE t.slug_sha256 = encode(sha256(convert_to(p_slug, 'UTF8')), 'hex') AND t.rests_until > now()) THEN
    RETURN QUERY SELECT made, picked, colour;
    RETURN;
  END IF;
  SELECT r.schema INTO picked FROM public.tenants_readyschema r
    WHERE r.fingerprint = p_fingerprint ORDER BY r.built_at LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF picked IS NULL THEN
    RETURN;
  END IF;
  -- Neighbours get doors of different colours; the owner may choose another.
  INSERT INTO public.tenants_company
      (id, schema_name, name, slug, state, generation, tint, fingerprint, created_at)
    SELECT n, picked, p_name, p_slug, 'active', 1, n * 7 % 10, p_fingerprint, now()
      FROM nextval('public.tenants_company_id_seq') n
    ON CONFLICT (slug) DO NOTHING RETURNING id, tint INTO made, colour;
  IF made IS NOT NULL THEN
    DELETE FROM public.tenants_readyschema r WHERE r.schema = picked;
  END IF;
  RETURN QUERY SELECT made, picked, colour;
END
$claim$;
REVOKE EXECUTE ON FUNCTION public.portico_claim(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.portico_claim(text, text, text) TO portico_platform;

-- What a company's journal keeps of a ticket that was erased is that there was one: not its words. The journal is
-- rewritten by this alone, in the caller's own schema, and only about what is gone and was told to be gone. The row keeps
-- the digest by which the chain knew it (`Event.SEALED`, as portico/sealing.py writes it).
DROP FUNCTION IF EXISTS public.portico_forget_words(uuid[]);
CREATE FUNCTION public.portico_forget_words(p_subjects uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $forget$
DECLARE
  caller text := current_setting('role');
BEGIN
  IF caller !~ '^t_[0-9a-f]{16}$' THEN
    RAISE insufficient_privilege USING MESSAGE = 'Only a company forgets, and only its own words.';
  END IF;
  EXECUTE format($words$
    UPDATE %1$I.journal_event e SET facts = e.facts
      || CASE WHEN e.facts ? 'subject' THEN '{"subject": ""}'::jsonb ELSE '{}' END
      || CASE WHEN e.verb LIKE 'attachment.%%' THEN '{"name": ""}'::jsonb ELSE '{}' END
      || CASE WHEN e.verb = 'ticket.rate' THEN '{"comment": ""}'::jsonb ELSE '{}' END
      || CASE WHEN e.verb = 'ticket.change' THEN jsonb_build_object('changes', (
           SELECT jsonb_agg(jsonb_build_array(c -> 0, NULL, NULL)) FROM jsonb_array_elements(e.facts -> 'changes') c))
         ELSE '{}' END
      || jsonb_build_object('sha256', encode(sha256(convert_to(jsonb_build_array(
           e.id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), e.verb, e.subject_id, e.actor_kind,
           e.actor_id, e.actor_label, e.acting_for, e.request_id, e.facts)::text, 'UTF8')), 'hex'))
    WHERE e.subject_id = ANY ($1) AND NOT e.facts ? 'sha256' AND NOT EXISTS (SELECT FROM %1$I.tickets_ticket t WHERE t.id = e.subject_id)
      AND (e.facts ? 'subject' OR e.verb LIKE 'attachment.%%' OR e.verb IN ('ticket.change', 'ticket.rate'))
  $words$, caller) USING p_subjects;
END
$forget$;
REVOKE EXECUTE ON FUNCTION public.portico_forget_words(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.portico_forget_words(uuid[]) TO portico_company;

-- A company's letters lead to its own door: the name it has proven for itself, if any.
DROP FUNCTION IF EXISTS public.portico_own_door();
CREATE FUNCTION public.portico_own_door() RETURNS TABLE (domain text, white_label boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $door$
  SELECT (SELECT d.domain::text FROM public.tenants_domain d WHERE d.schema = c.schema_name AND d.is_primary
      AND d.state = 'active'), c.white_label
    FROM public.tenants_company c WHERE c.schema_name = current_setting('role')
$door$;
REVOKE EXECUTE ON FUNCTION public.portico_own_door() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.portico_own_door() TO portico_company;

-- What a company shows of itself, its brand and its rules for signing in, stands beside its name, where its doors are
-- read. It writes these alone, and its own.
DROP FUNCTION IF EXISTS public.portico_show(text, jsonb);
CREATE FUNCTION public.portico_show(p_part text, p_value jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $show$
BEGIN
  IF current_setting('role') !~ '^t_[0-9a-f]{16}$' THEN
    RAISE insufficient_privilege USING MESSAGE = 'Only a company shows something, and only of itself.';
  END IF;
  IF p_part NOT IN ('brand', 'entry') OR jsonb_typeof(p_value) <> 'object' OR length(p_value::text) > 16000 THEN
    RAISE data_exception USING MESSAGE = 'This is nothing that a company shows.';
  END IF;
  UPDATE public.tenants_company SET brand = CASE p_part WHEN 'brand' THEN p_value ELSE brand END,
      entry = CASE p_part WHEN 'entry' THEN p_value ELSE entry END WHERE schema_name = current_setting('role');
END
$show$;
REVOKE EXECUTE ON FUNCTION public.portico_show(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.portico_show(text, jsonb) TO portico_company;
