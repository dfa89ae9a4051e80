-- All that the schema %(schema)s is, but its rows: a line each, to be compared with another's, without the names of both.
with place as (select oid, nspname, nspacl, nspowner from pg_namespace where nspname = %(schema)s),
inside as (select c.* from pg_class c join place on place.oid = c.relnamespace),
said (kind, name, definition) as (
    select 'schema', '', concat_ws(' ', nspowner::regrole, (select string_agg(a::text, ' ' order by a::text) from unnest(nspacl) a),
                                   obj_description(oid, 'pg_namespace')) from place
    union all
    select 'default privileges', d.defaclobjtype::text, concat_ws(' ', defaclrole::regrole, (select string_agg(a::text, ' ' order by a::text) from unnest(defaclacl) a))
    from pg_default_acl d join place on place.oid = d.defaclnamespace
    union all
    select 'relation', c.relname, concat_ws(' ', c.relkind, c.relpersistence, c.relowner::regrole, c.reloptions, c.relrowsecurity, c.relhasrules,
                                            (select string_agg(a::text, ' ' order by a::text) from unnest(c.relacl) a), obj_description(c.oid, 'pg_class'))
    from inside c
    union all
    select 'column', format('%%s.%%s', c.relname, a.attname),
           concat_ws(' ', row_number() over (partition by c.oid order by a.attnum), format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                     a.attgenerated, a.attcollation::regcollation, a.attstorage, a.attcompression, a.attacl, pg_get_expr(d.adbin, d.adrelid),
                     col_description(c.oid, a.attnum))
    from inside c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
    where c.relkind not in ('i', 'I')
    union all
    select 'constraint', format('%%s.%%s', c.relname, k.conname), concat_ws(' ', pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint'))
    from inside c join pg_constraint k on k.conrelid = c.oid
    union all
    select 'index', c.relname, pg_get_indexdef(c.oid) from inside c where c.relkind = 'i'
    union all
    select 'trigger', t.tgname, pg_get_triggerdef(t.oid) from inside c join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal
    union all
    select 'policy', p.polname, c.relname from inside c join pg_policy p on p.polrelid = c.oid
    union all
    select 'statistics', s.stxname, pg_get_statisticsobjdef(s.oid) from inside c join pg_statistic_ext s on s.stxrelid = c.oid
    union all
    select 'function', p.proname, pg_get_function_identity_arguments(p.oid) from pg_proc p join place on place.oid = p.pronamespace
    union all
    select 'type', t.typname, t.typtype::text from pg_type t join place on place.oid = t.typnamespace where t.typtype not in ('c', 'b') and t.typelem = 0
    union all
    select 'used by', pg_describe_object(d.classid, d.objid, 0), ''
    from inside c join pg_depend d on (d.refclassid, d.refobjid) = ('pg_class'::regclass, c.oid) and d.deptype = 'n'
)
select regexp_replace(format('%%s %%s: %%s', kind, name, definition), '\mread(_next)?\.', '', 'g') from said order by 1
