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
